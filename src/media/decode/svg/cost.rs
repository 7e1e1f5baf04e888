//! What a drawing takes, told from its tree before anything is drawn: a few lines of filters, patterns and masks can
//! stand for hours of work and gigabytes of layers.
//!
//! The tree is walked as resvg draws it. The figures are nanoseconds of a slow machine; what matters is that nothing
//! that takes long is free.

use resvg::tiny_skia::PathSegment;
use resvg::usvg::filter::{Filter, Kind};
use resvg::usvg::{ClipPath, Group, Mask, Node, Paint, Path, Pattern, Rect, Transform};

/// The most that drawing may take, in nanoseconds. Diagrams and maps take a few hundredths of it.
const MOST_TIME: f64 = 2e9;
/// The most bytes of layers at a time, the picture not counted: ten as large as the largest picture.
const MOST_MEMORY: f64 = (160 << 20) as f64;

/// Bytes of a pixel.
const PIXEL: f64 = 4.0;
/// A shape, however small.
const SHAPE: f64 = 3000.0;
/// A line of an outline, and each pixel that it goes down: edges are followed in quarters of rows.
const LINE: f64 = 60.0;
const ROW: f64 = 20.0;
/// A pixel of a layer: made, cleared and laid on what is below.
const LAYER: f64 = 12.0;
/// A pixel of a mask: drawn, made a mask and applied.
const MASKED: f64 = 12.0;
/// The most dashes that are drawn of a line.
const DASHES: f64 = 1e6;

/// Whether a drawing on a canvas of `size` pixels is done soon and in little memory.
pub(super) fn is_small(root: &Group, transform: Transform, size: (u32, u32)) -> bool {
    let (width, height) = (size.0 as f32, size.1 as f32);
    let canvas = Rect::from_xywh(0.0, 0.0, width, height);
    // Layers reach as far beyond the canvas as resvg lets them.
    let most = Rect::from_xywh(-2.0 * width, -2.0 * height, 5.0 * width, 5.0 * height);
    let (Some(canvas), Some(most)) = (canvas, most) else { return false };
    Estimate::default().nodes(root, transform, Place { target: canvas, most }).is_some()
}

/// Where shapes are drawn: the layer, and how far layers in it may reach.
#[derive(Clone, Copy)]
struct Place {
    target: Rect,
    most: Rect,
}

/// What has been added up so far. Each step gives `None` once that is too much.
#[derive(Default)]
struct Estimate {
    time: f64,
    held: f64,
}

impl Estimate {
    fn spend(&mut self, time: f64) -> Option<()> {
        self.time += time;
        (self.time <= MOST_TIME).then_some(())
    }

    /// What `work` takes while so many bytes are held.
    fn holding(&mut self, bytes: f64, work: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        self.held += bytes;
        if self.held > MOST_MEMORY {
            return None;
        }
        work(self)?;
        self.held -= bytes;
        Some(())
    }

    fn nodes(&mut self, parent: &Group, transform: Transform, place: Place) -> Option<()> {
        for node in parent.children() {
            match node {
                Node::Group(group) => self.group(group, transform, place)?,
                Node::Path(path) => self.path(path, transform, place)?,
                // Neither is drawn: see the module above.
                Node::Image(_) | Node::Text(_) => {}
            }
        }
        Some(())
    }

    fn group(&mut self, group: &Group, transform: Transform, place: Place) -> Option<()> {
        self.spend(SHAPE / 10.0)?;
        let transform = transform.pre_concat(group.transform());
        if !group.should_isolate() {
            return self.nodes(group, transform, place);
        }
        // Filters work along the axes of the group: it is drawn upright, and turned when it is laid down.
        let (upright, most) = match group.filters() {
            [] => (transform, place.most),
            _ => match turned_back(transform).and_then(|back| Some((back, place.most.transform(back)?))) {
                Some((back, most)) => (back.pre_concat(transform), most),
                None => return Some(()),
            },
        };
        let layer = group.layer_bounding_box().to_rect().transform(upright).and_then(|layer| overlap(layer, most));
        let Some(target) = layer else { return Some(()) };
        let (place, area) = (Place { target, most }, area(target));
        self.holding(area * PIXEL, |this| {
            this.spend(area * LAYER + SHAPE)?;
            this.nodes(group, upright, place)?;
            group.filters().iter().try_for_each(|filter| this.filter(filter, upright, place))?;
            group.clip_path().map_or(Some(()), |clip| this.clip(clip, upright, place))?;
            group.mask().map_or(Some(()), |mask| this.mask(mask, upright, place))
        })
    }

    fn mask(&mut self, mask: &Mask, transform: Transform, place: Place) -> Option<()> {
        let area = area(place.target);
        self.holding(area * (PIXEL + 2.0), |this| {
            this.spend(area * MASKED + SHAPE)?;
            this.nodes(mask.root(), transform, place)?;
            mask.mask().map_or(Some(()), |mask| this.mask(mask, transform, place))
        })
    }

    fn clip(&mut self, clip: &ClipPath, transform: Transform, place: Place) -> Option<()> {
        let area = area(place.target);
        self.holding(area * (PIXEL + 1.0), |this| {
            this.spend(area * MASKED + SHAPE)?;
            this.clipping(clip.root(), transform.pre_concat(clip.transform()), place)?;
            clip.clip_path().map_or(Some(()), |clip| this.clip(clip, transform, place))
        })
    }

    /// Only what shapes cover counts in a clip path.
    fn clipping(&mut self, parent: &Group, transform: Transform, place: Place) -> Option<()> {
        for node in parent.children() {
            match node {
                Node::Path(path) => self.path(path, transform, place)?,
                Node::Group(group) => {
                    self.spend(SHAPE / 10.0)?;
                    let transform = transform.pre_concat(group.transform());
                    match group.clip_path() {
                        None => self.clipping(group, transform, place)?,
                        Some(clip) => {
                            let area = area(place.target);
                            self.holding(area * PIXEL, |this| {
                                this.spend(area * LAYER)?;
                                this.clipping(group, transform, place)?;
                                this.clip(clip, transform, place)
                            })?;
                        }
                    }
                }
                Node::Image(_) | Node::Text(_) => {}
            }
        }
        Some(())
    }

    fn filter(&mut self, filter: &Filter, transform: Transform, place: Place) -> Option<()> {
        let region = filter.rect().to_rect().transform(transform).and_then(|region| overlap(region, place.target));
        let Some(region) = region else { return Some(()) };
        // The result of each step is kept for the others.
        let results = filter.primitives().len() as f64 + 3.0;
        self.holding(area(region) * PIXEL * results, |this| {
            for primitive in filter.primitives() {
                if let Kind::Image(image) = primitive.kind() {
                    this.nodes(image.root(), transform, Place { target: region, ..place })?;
                }
                this.spend(area(region) * per_pixel(primitive.kind(), transform, region) + SHAPE)?;
            }
            Some(())
        })
    }

    fn path(&mut self, path: &Path, transform: Transform, place: Place) -> Option<()> {
        self.spend(SHAPE)?;
        if !path.is_visible() {
            return Some(());
        }
        let outline = Outline::of(path, transform, place.target);
        let covered = |bounds: Rect| bounds.transform(transform).map_or(0.0, |bounds| shared(bounds, place.target));
        if let Some(fill) = path.fill() {
            self.outline(outline.lines, outline.rows, place)?;
            self.paint(fill.paint(), covered(path.bounding_box()), (transform, place))?;
        }
        if let Some(stroke) = path.stroke() {
            let (across, down) = transform.get_scale();
            let width = f64::from(stroke.width().get() * across.max(down)) + 1.0;
            let period = stroke.dasharray().map(|dashes| f64::from(dashes.iter().sum::<f32>() * across.max(down)));
            let dashes = period.map_or(0.0, |period| (outline.length / period.max(1e-9)).min(DASHES));
            // Two sides, and what joins them.
            self.outline(outline.lines * 8.0 + dashes * 8.0, outline.rows * 2.0 + dashes * width.min(100.0), place)?;
            let covered = covered(path.stroke_bounding_box()).min((outline.length + width) * width);
            self.paint(stroke.paint(), covered, (transform, place))?;
        }
        Some(())
    }

    /// Following the lines of an outline, which go down so many rows together.
    fn outline(&mut self, lines: f64, rows: f64, place: Place) -> Option<()> {
        // The lines in a row are kept in order while they cross each other.
        let beside = rows / f64::from(place.target.height()).max(1.0);
        self.spend(lines * LINE + rows * ROW + beside * beside)
    }

    fn paint(&mut self, paint: &Paint, pixels: f64, (transform, place): (Transform, Place)) -> Option<()> {
        match paint {
            Paint::Color(_) => self.spend(pixels),
            Paint::LinearGradient(_) | Paint::RadialGradient(_) => self.spend(pixels * 8.0),
            Paint::Pattern(pattern) => {
                self.pattern(pattern, transform, place)?;
                self.spend(pixels * 40.0)
            }
        }
    }

    fn pattern(&mut self, pattern: &Pattern, transform: Transform, place: Place) -> Option<()> {
        let (across, down) = transform.pre_concat(pattern.transform()).get_scale();
        let tile = Rect::from_xywh(0.0, 0.0, pattern.rect().width() * across, pattern.rect().height() * down);
        let Some(target) = tile else { return Some(()) };
        self.holding(area(target) * PIXEL, |this| {
            this.spend(area(target) + SHAPE)?;
            this.nodes(pattern.root(), Transform::from_scale(across, down), Place { target, ..place })
        })
    }
}

/// What a step of a filter takes for each pixel.
fn per_pixel(kind: &Kind, transform: Transform, region: Rect) -> f64 {
    let (across, down) = transform.get_scale();
    let reach = |radius: f32, scale: f32, side: f32| 2.0 * f64::from((radius * scale).min(side)) + 1.0;
    // Colours are made linear and back.
    10.0 + match kind {
        Kind::Flood(_) | Kind::Image(_) | Kind::Offset(_) => 5.0,
        Kind::Blend(_) | Kind::ColorMatrix(_) | Kind::ComponentTransfer(_) | Kind::Composite(_) => 15.0,
        Kind::DisplacementMap(_) | Kind::Tile(_) => 15.0,
        Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 80.0,
        Kind::GaussianBlur(_) => 80.0,
        Kind::DropShadow(_) => 100.0,
        Kind::Merge(merge) => 12.0 * merge.inputs().len() as f64,
        Kind::Turbulence(turbulence) => 160.0 * f64::from(turbulence.num_octaves()),
        Kind::ConvolveMatrix(matrix) => 5.0 * f64::from(matrix.matrix().columns()) * f64::from(matrix.matrix().rows()),
        Kind::Morphology(morphology) => {
            2.0 * reach(morphology.radius_x().get(), across, region.width())
                * reach(morphology.radius_y().get(), down, region.height())
        }
    }
}

/// An outline on the canvas.
struct Outline {
    lines: f64,
    /// Rows that the lines go down, all together, as far as they are on the canvas.
    rows: f64,
    /// In pixels.
    length: f64,
}

impl Outline {
    /// Curves are no longer than the lines between their points.
    fn of(path: &Path, transform: Transform, target: Rect) -> Self {
        let mut outline = Self { lines: 0.0, rows: 0.0, length: 0.0 };
        let (mut start, mut at) = ((0.0, 0.0), (0.0, 0.0));
        let place = |x: f32, y: f32| {
            (transform.sx * x + transform.kx * y + transform.tx, transform.ky * x + transform.sy * y + transform.ty)
        };
        let mut go = |at: &mut (f32, f32), to: (f32, f32), lines: f64| {
            let clamped = |y: f32| y.clamp(target.top(), target.bottom());
            outline.lines += lines;
            outline.rows += f64::from((clamped(to.1) - clamped(at.1)).abs());
            outline.length += f64::from((to.0 - at.0).hypot(to.1 - at.1));
            *at = to;
        };
        for segment in path.data().segments() {
            match segment {
                PathSegment::MoveTo(to) => {
                    start = place(to.x, to.y);
                    at = start;
                }
                PathSegment::LineTo(to) => go(&mut at, place(to.x, to.y), 1.0),
                PathSegment::QuadTo(a, to) => [a, to].iter().for_each(|to| go(&mut at, place(to.x, to.y), 4.0)),
                PathSegment::CubicTo(a, b, to) => {
                    [a, b, to].iter().for_each(|to| go(&mut at, place(to.x, to.y), 4.0));
                }
                PathSegment::Close => go(&mut at, start, 1.0),
            }
        }
        outline
    }
}

/// What undoes the turning of a transform, not its scale.
fn turned_back(transform: Transform) -> Option<Transform> {
    let (across, down) = (transform.sx.hypot(transform.ky), transform.kx.hypot(transform.sy));
    let Transform { sx, ky, kx, sy, .. } = transform;
    Transform::from_row(sx / across, ky / across, kx / down, sy / down, 0.0, 0.0).invert()
}

fn overlap(a: Rect, b: Rect) -> Option<Rect> {
    let (left, top) = (a.left().max(b.left()), a.top().max(b.top()));
    Rect::from_ltrb(left, top, a.right().min(b.right()).max(left), a.bottom().min(b.bottom()).max(top))
}

/// In pixels, begun ones whole.
fn area(rect: Rect) -> f64 {
    f64::from(rect.width().ceil() + 1.0) * f64::from(rect.height().ceil() + 1.0)
}

fn shared(a: Rect, b: Rect) -> f64 {
    overlap(a, b).map_or(0.0, area)
}
