//! The MATH table of a face (OpenType 1.9.1, MATH): how formulas are set in it. Lengths are in em, y upwards.

use std::sync::LazyLock;

use read_fonts::TableProvider;
use read_fonts::tables::math::{Math, MathConstant, PartFlags, StretchAxis};
use read_fonts::types::GlyphId;

use super::{Face, FaceId, Family, Slant, Weight};

/// The face that formulas are set in, with its MATH table.
pub struct MathFace {
    /// The face.
    pub id: FaceId,
    table: Math<'static>,
    per_em: f64,
}

/// Along which axis a glyph is stretched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// To the left and right, as a brace over a sum.
    Horizontal,
    /// Up and down, as a parenthesis.
    Vertical,
}

/// A larger form of a glyph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variant {
    /// Its number in the face.
    pub glyph: u16,
    /// How long it is along the axis.
    pub length: f64,
}

/// A piece that a glyph of any length is put together from; the first is the lowest or leftmost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its number in the face.
    pub glyph: u16,
    /// How much of its beginning may lie under the piece before it.
    pub start: f64,
    /// How much of its end may lie under the piece after it.
    pub end: f64,
    /// How long it is.
    pub length: f64,
    /// Whether it may be left out or repeated.
    pub extender: bool,
}

macro_rules! constants {
    ($($(#[$doc:meta])* $name:ident = $constant:ident,)+) => {
        /// The constants that formulas are set with (OpenType MATH, MathConstants), in em; percentages as shares of 1.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[allow(missing_docs, reason = "they are named and described by the specification")]
        pub struct Constants { $(pub $name: f64,)+ }

        impl MathFace {
            fn read(&self) -> Option<Constants> {
                let table = self.table.math_constants().ok()?;
                let value = |constant: MathConstant| {
                    let by = match constant {
                        MathConstant::ScriptPercentScaleDown
                        | MathConstant::ScriptScriptPercentScaleDown
                        | MathConstant::RadicalDegreeBottomRaisePercent => 100.0,
                        _ => self.per_em,
                    };
                    f64::from(table.constant(constant)) / by
                };
                Some(Constants { $($name: value(MathConstant::$constant),)+ })
            }
        }
    };
}

constants! {
    script_scale = ScriptPercentScaleDown,
    script_script_scale = ScriptScriptPercentScaleDown,
    display_operator_min_height = DisplayOperatorMinHeight,
    axis_height = AxisHeight,
    accent_base_height = AccentBaseHeight,
    subscript_shift_down = SubscriptShiftDown,
    subscript_top_max = SubscriptTopMax,
    subscript_baseline_drop_min = SubscriptBaselineDropMin,
    superscript_shift_up = SuperscriptShiftUp,
    superscript_shift_up_cramped = SuperscriptShiftUpCramped,
    superscript_bottom_min = SuperscriptBottomMin,
    superscript_baseline_drop_max = SuperscriptBaselineDropMax,
    sub_superscript_gap_min = SubSuperscriptGapMin,
    superscript_bottom_max_with_subscript = SuperscriptBottomMaxWithSubscript,
    space_after_script = SpaceAfterScript,
    upper_limit_gap_min = UpperLimitGapMin,
    upper_limit_baseline_rise_min = UpperLimitBaselineRiseMin,
    lower_limit_gap_min = LowerLimitGapMin,
    lower_limit_baseline_drop_min = LowerLimitBaselineDropMin,
    stack_top_shift_up = StackTopShiftUp,
    stack_top_display_style_shift_up = StackTopDisplayStyleShiftUp,
    stack_bottom_shift_down = StackBottomShiftDown,
    stack_bottom_display_style_shift_down = StackBottomDisplayStyleShiftDown,
    stack_gap_min = StackGapMin,
    stack_display_style_gap_min = StackDisplayStyleGapMin,
    stretch_stack_gap_above_min = StretchStackGapAboveMin,
    stretch_stack_gap_below_min = StretchStackGapBelowMin,
    fraction_numerator_shift_up = FractionNumeratorShiftUp,
    fraction_numerator_display_style_shift_up = FractionNumeratorDisplayStyleShiftUp,
    fraction_denominator_shift_down = FractionDenominatorShiftDown,
    fraction_denominator_display_style_shift_down = FractionDenominatorDisplayStyleShiftDown,
    fraction_numerator_gap_min = FractionNumeratorGapMin,
    fraction_num_display_style_gap_min = FractionNumDisplayStyleGapMin,
    fraction_rule_thickness = FractionRuleThickness,
    fraction_denominator_gap_min = FractionDenominatorGapMin,
    fraction_denom_display_style_gap_min = FractionDenomDisplayStyleGapMin,
    overbar_vertical_gap = OverbarVerticalGap,
    overbar_rule_thickness = OverbarRuleThickness,
    underbar_vertical_gap = UnderbarVerticalGap,
    underbar_rule_thickness = UnderbarRuleThickness,
    radical_vertical_gap = RadicalVerticalGap,
    radical_display_style_vertical_gap = RadicalDisplayStyleVerticalGap,
    radical_rule_thickness = RadicalRuleThickness,
    radical_extra_ascender = RadicalExtraAscender,
    radical_kern_before_degree = RadicalKernBeforeDegree,
    radical_kern_after_degree = RadicalKernAfterDegree,
    radical_degree_bottom_raise = RadicalDegreeBottomRaisePercent,
}

/// The longest way from a glyph to its pieces that is believed.
const PARTS: usize = 16;

impl MathFace {
    /// The embedded face for formulas with its constants. It is read when the first formula asks for it.
    pub fn get() -> Option<(&'static Self, &'static Constants)> {
        static FACE: LazyLock<Option<(MathFace, Constants)>> = LazyLock::new(|| {
            let id = FaceId::of(Family::Math, Weight::Regular, Slant::Upright);
            let face = Face::open(id);
            let table = face.font().math().ok()?;
            let face = MathFace { id, table, per_em: f64::from(face.metrics().units_per_em.max(1)) };
            let constants = face.read()?;
            Some((face, constants))
        });
        FACE.as_ref().map(|(face, constants)| (face, constants))
    }

    /// By how much the top of a slanted glyph stands further to the right than its foot.
    pub fn italics(&self, glyph: u16) -> Option<f64> {
        let info = self.table.math_glyph_info().ok()?;
        let corrections = info.math_italics_correction_info()?.ok()?;
        corrections.correction(GlyphId::from(glyph)).map(|units| f64::from(units) / self.per_em)
    }

    /// From a glyph's origin to the middle of an accent on it.
    pub fn accent(&self, glyph: u16) -> Option<f64> {
        let info = self.table.math_glyph_info().ok()?;
        let attachments = info.math_top_accent_attachment()?.ok()?;
        attachments.attachment(GlyphId::from(glyph)).map(|units| f64::from(units) / self.per_em)
    }

    /// The larger forms of a glyph, from the smallest.
    pub fn variants(&self, glyph: u16, axis: Axis) -> Vec<Variant> {
        let Some(found) = self.construction(glyph, axis) else { return Vec::new() };
        let variant = |record: &read_fonts::tables::math::MathGlyphVariantRecord| Variant {
            glyph: record.variant_glyph().to_u16(),
            length: f64::from(record.advance_measurement().to_u16()) / self.per_em,
        };
        found.math_glyph_variant_records().iter().map(variant).collect()
    }

    /// The pieces of a glyph of any length; none if it cannot be put together.
    pub fn parts(&self, glyph: u16, axis: Axis) -> Vec<Part> {
        let found = self.construction(glyph, axis);
        let Some(assembly) = found.and_then(|found| found.glyph_assembly()?.ok()) else { return Vec::new() };
        let em = |units: read_fonts::types::UfWord| f64::from(units.to_u16()) / self.per_em;
        let part = |record: &read_fonts::tables::math::GlyphPartRecord| Part {
            glyph: record.glyph_id().to_u16(),
            start: em(record.start_connector_length()),
            end: em(record.end_connector_length()),
            length: em(record.full_advance()),
            extender: record.part_flags().contains(PartFlags::EXTENDER_FLAG),
        };
        assembly.part_records().iter().take(PARTS).map(part).collect()
    }

    /// By how much pieces overlap at least.
    pub fn overlap(&self) -> f64 {
        let variants = self.table.math_variants().ok();
        variants.map_or(0.0, |variants| f64::from(variants.min_connector_overlap().to_u16()) / self.per_em)
    }

    fn construction(&self, glyph: u16, axis: Axis) -> Option<read_fonts::tables::math::MathGlyphConstruction<'static>> {
        let axis = match axis {
            Axis::Horizontal => StretchAxis::Horizontal,
            Axis::Vertical => StretchAxis::Vertical,
        };
        self.table.math_variants().ok()?.glyph_construction(GlyphId::from(glyph), axis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_face_for_formulas_says_how_they_are_set() {
        let (face, constants) = MathFace::get().unwrap();
        assert_eq!(face.id.name(), "NotoSansMath-Regular");
        assert!((constants.axis_height - 0.278).abs() < 1e-9 && (constants.script_scale - 0.6).abs() < 1e-9);
        assert!((constants.radical_degree_bottom_raise - 0.56).abs() < 1e-9);
        let glyph = |c| Face::open(face.id).glyph(c).unwrap();
        let lengths: Vec<f64> = face.variants(glyph('('), Axis::Vertical).iter().map(|one| one.length).collect();
        assert!(lengths.len() > 10 && lengths.is_sorted());
        let parts = face.parts(glyph('('), Axis::Vertical);
        assert_eq!(parts.iter().map(|part| part.extender).collect::<Vec<_>>(), [false, true, false]);
        assert!(face.variants(glyph('('), Axis::Horizontal).is_empty());
        assert!(face.parts(glyph('+'), Axis::Vertical).is_empty() && face.overlap() > 0.0);
        assert!(face.italics(glyph('∫')).is_some() && face.accent(glyph('\u{302}')).is_some());
    }
}
