//! The table of devices, and what users add to it.

use toml::{Table, Value};

use super::Profile;
use super::nearest::nearest;
use crate::diag::{Error, ErrorKind, printable};

/// The table that comes with the program.
const BUILT_IN: &str = include_str!("../../templates/devices.toml");

/// All devices that are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Devices {
    families: Table,
    devices: Vec<Table>,
    profiles: Vec<Profile>,
}

impl Devices {
    /// Those that come with the program.
    pub fn built_in() -> Self {
        let mut devices = Self { families: Table::new(), devices: Vec::new(), profiles: Vec::new() };
        devices.add(BUILT_IN).expect("the embedded devices are whole: a test reads them");
        devices
    }

    /// All, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter()
    }

    /// The device of a name.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] with the names that are nearest, if there is none.
    pub fn find(&self, name: &str) -> Result<&Profile, Error> {
        let is = |known: &String| known.eq_ignore_ascii_case(name);
        let found = self.profiles.iter().find(|profile| is(&profile.name) || profile.also.iter().any(is));
        found.ok_or_else(|| {
            let names = self.profiles.iter().flat_map(|one| std::iter::once(&one.name).chain(&one.also));
            let near = nearest(name, names.map(String::as_str));
            let hint = match near.is_empty() {
                true => "offprint devices lists them".to_owned(),
                false => format!("did you mean {}? offprint devices lists all", near.join(", ")),
            };
            Error::new(ErrorKind::Usage, format!("no device is called {}", printable(name, 60))).hint(hint)
        })
    }

    /// Adds a table of the same form: its families and devices change those of their name.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if it is no TOML, or a device of it lacks something, has a key that is not known, or a value
    /// that cannot be.
    pub fn add(&mut self, toml: &str) -> Result<(), Error> {
        let fault = |message: String| Error::new(ErrorKind::Input, format!("cannot read the devices: {message}"));
        let mut table: Table = toml::from_str(toml).map_err(|error: toml::de::Error| fault(line(error.message())))?;
        let families = table.remove("family").unwrap_or(Value::Table(Table::new()));
        let devices = table.remove("device").unwrap_or(Value::Array(Vec::new()));
        if let Some(key) = table.keys().next() {
            return Err(fault(format!("{} is neither family nor device", printable(key, 40))));
        }
        let (Value::Table(families), Value::Array(devices)) = (families, devices) else {
            return Err(fault("family is a table, device a list of tables".to_owned()));
        };
        let (mut all_families, mut all_devices) = (self.families.clone(), self.devices.clone());
        for (name, family) in families {
            let Value::Table(family) = family else { return Err(fault(format!("family.{name} is no table"))) };
            match all_families.get_mut(&name) {
                Some(Value::Table(known)) => known.extend(family),
                _ => drop(all_families.insert(name, Value::Table(family))),
            }
        }
        for device in devices {
            let Value::Table(device) = device else { return Err(fault("a device is no table".to_owned())) };
            match all_devices.iter_mut().find(|known| known.get("name") == device.get("name")) {
                Some(known) => known.extend(device),
                None => all_devices.push(device),
            }
        }
        self.profiles =
            all_devices.iter().map(|one| profile(one, &all_families).map_err(fault)).collect::<Result<_, _>>()?;
        (self.families, self.devices) = (all_families, all_devices);
        Ok(())
    }
}

/// A device with what its family says.
fn profile(device: &Table, families: &Table) -> Result<Profile, String> {
    let name = device.get("name").and_then(Value::as_str).ok_or("a device without a name")?;
    let of = |why: &str| format!("{}: {why}", printable(name, 40));
    let family = device.get("family").and_then(Value::as_str).ok_or_else(|| of("no family"))?;
    let Some(Value::Table(rules)) = families.get(family) else {
        return Err(of(&format!("there is no family {}", printable(family, 40))));
    };
    let mut whole = rules.clone();
    whole.extend(device.clone());
    let profile: Profile =
        Value::Table(whole).try_into().map_err(|error: toml::de::Error| of(&line(error.message())))?;
    let fit = |name: &String| {
        !name.is_empty() && name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
    };
    if !std::iter::once(&profile.name).chain(&profile.also).all(fit) {
        return Err(of("a name is of letters, digits and -"));
    }
    match profile.fault() {
        Some(fault) => Err(of(fault)),
        None => Ok(profile),
    }
}

fn line(message: &str) -> String {
    printable(&message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", "), 300)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_embedded_devices_are_whole_and_their_names_are_their_own() {
        let devices = Devices::built_in();
        let names: Vec<&String> = devices.iter().flat_map(|one| std::iter::once(&one.name).chain(&one.also)).collect();
        let different: BTreeSet<&&String> = names.iter().collect();
        assert_eq!(names.len(), different.len(), "{names:?}");
        assert!(devices.iter().count() >= 30);
        for family in ["kindle", "kobo", "pocketbook", "boox", "remarkable", "tolino", "esp32", "screen"] {
            assert!(devices.iter().any(|device| device.family == family), "{family}");
        }
    }

    #[test]
    fn a_device_is_found_by_any_of_its_names() {
        let devices = Devices::built_in();
        assert_eq!(devices.find("PAPERWHITE").expect("a device").name, "kindle-paperwhite");
        let error = devices.find("kobo-libre").expect_err("no device");
        assert!(error.hint.as_deref().is_some_and(|hint| hint.contains("kobo-libra")), "{error:?}");
        assert_eq!(
            devices.find("\u{202E}abacus").expect_err("none").hint.as_deref(),
            Some("offprint devices lists them")
        );
    }

    #[test]
    fn users_add_and_change() {
        let mut devices = Devices::built_in();
        let own = "[family.kindle]\nmax-image = 300_000\n[[device]]\nname = \"mine\"\ntitle = \"Mine\"\nfamily = \"kobo\"\n\
                   width = 600\nheight = 800\nppi = 167\ncolour = false\nlevels = 16\n[[device]]\nname = \"phone\"\nwidth = 720\n";
        devices.add(own).expect("devices");
        assert_eq!(devices.find("mine").expect("a device").max_book, 1_000_000_000);
        assert_eq!(devices.find("kindle").expect("a device").max_image, 300_000);
        let phone = devices.find("phone").expect("a device");
        assert_eq!((phone.width, phone.height), (720, 2340));
    }

    #[test]
    fn a_fault_is_named_and_changes_nothing() {
        let mut devices = Devices::built_in();
        let before = devices.clone();
        for (toml, why) in [
            ("[[device]]", "without a name"),
            ("[[device]]\nname = \"x\"\nfamily = \"nokia\"", "no family nokia"),
            ("[[device]]\nname = \"x\"\nfamily = \"kobo\"", "missing field"),
            ("[[device]]\nname = \"kindle\"\nwidth = 0", "from 16 to 20000"),
            ("[[device]]\nname = \"kindle\"\nwideness = 3", "unknown field"),
            ("[[device]]\nname = \"kindle\"\nlevels = 1", "levels"),
            ("[[device]]\nname = \"kindle\"\nppi = 2000", "do not agree"),
            ("[devices]", "neither family nor device"),
            ("family = 3", "family is a table"),
            ("= 3", "cannot read the devices"),
        ] {
            let error = devices.add(toml).expect_err(toml);
            assert!(error.message.contains(why), "{toml}: {}", error.message);
            assert_eq!(devices, before);
        }
    }
}
