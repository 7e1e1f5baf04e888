//! Pictures that are not fetched but drawn for a book, and kept from one build to the next like those that are.

use super::{Image, product};
use crate::fetch::{Fetch, Store};

/// What was drawn in earlier builds. The default remembers nothing.
#[derive(Clone, Copy, Default)]
pub struct Drawings<'a> {
    store: Option<&'a dyn Store>,
}

impl<'a> Drawings<'a> {
    /// Those that a world remembers, if it does.
    pub fn of(world: &'a dyn Fetch) -> Self {
        Self { store: world.store() }
    }

    /// The picture that `what` stands for, drawn if it is not known yet. `what` says everything that the picture depends on.
    pub fn kept(self, what: &str, draw: impl FnOnce() -> Option<Image>) -> Option<Image> {
        let Some(store) = self.store else { return draw() };
        let key = product::drawing_key(what);
        if let Some(image) = store.product(key).and_then(product::read).flatten() {
            return Some(image);
        }
        let image = draw()?;
        // From memory it can always be read.
        if let Ok(bytes) = product::write(Some(&image)) {
            store.keep_product(key, &bytes);
        }
        Some(image)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::super::{ImageFormat, id_of};
    use super::*;
    use crate::fetch::{Body, Hash};

    #[derive(Default)]
    struct Kept(Mutex<BTreeMap<String, Vec<u8>>>);

    impl Store for Kept {
        fn hash_of(&self, _: &str) -> Option<Hash> {
            None
        }

        fn keep(&self, _: &str, _: &Body, _: Hash) {}

        fn before(&self, _: &str) -> Option<Body> {
            None
        }

        fn product(&self, key: Hash) -> Option<Vec<u8>> {
            self.0.lock().ok()?.get(&key.to_string()).cloned()
        }

        fn keep_product(&self, key: Hash, bytes: &[u8]) {
            self.0.lock().unwrap().insert(key.to_string(), bytes.to_vec());
        }
    }

    #[test]
    fn what_was_drawn_is_not_drawn_again() {
        let image = |byte: u8| {
            let bytes = vec![byte];
            Image { id: id_of(&bytes), format: ImageFormat::Jpeg, width: 2, height: 3, bytes: bytes.into() }
        };
        let kept = Kept::default();
        let drawings = Drawings { store: Some(&kept) };
        assert_eq!(drawings.kept("a", || None), None);
        assert_eq!(drawings.kept("a", || Some(image(1))), Some(image(1)));
        assert_eq!(drawings.kept("a", || unreachable!("it is known")), Some(image(1)));
        assert_eq!(drawings.kept("b", || Some(image(2))), Some(image(2)));
        kept.0.lock().unwrap().values_mut().for_each(Vec::clear);
        assert_eq!(drawings.kept("a", || Some(image(3))), Some(image(3)), "what is damaged is drawn anew");
        assert_eq!(Drawings::default().kept("a", || Some(image(4))), Some(image(4)));
    }
}
