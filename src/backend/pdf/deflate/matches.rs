//! Repetitions: where a text has been before.

/// The farthest that a repetition may be (§2).
const WINDOW: usize = 1 << 15;

/// The shortest and the longest repetition.
const SHORTEST: usize = 3;
const LONGEST: usize = 258;

/// Earlier places with the same beginning that are looked at.
const TRIED: usize = 24;

/// A repetition so long is taken without looking for one at each place within it.
const ENOUGH: usize = 128;

/// By their first three bytes, places are kept in so many chains.
const CHAINS: u32 = 16;

/// What repeats at each place of a text.
pub(super) struct Matches {
    /// Length and distance; both grow from one to the next at a place.
    found: Vec<(u16, u16)>,
    /// Where those of each place end.
    ends: Vec<u32>,
}

impl Matches {
    /// The repetitions of a text.
    pub(super) fn find(data: &[u8]) -> Self {
        let mut last = vec![u32::MAX; 1 << CHAINS];
        let mut before = vec![u32::MAX; data.len().min(WINDOW)];
        let mut matches = Self { found: Vec::with_capacity(data.len()), ends: Vec::with_capacity(data.len()) };
        let mut skip = 0;
        for at in 0..data.len() {
            if let Some(start) = data.get(at..at + SHORTEST) {
                let chain = hash(start);
                if skip == 0 {
                    skip = matches.look(data, at, last[chain], &before);
                } else {
                    skip -= 1;
                }
                before[at % WINDOW] = last[chain];
                last[chain] = at as u32;
            }
            matches.ends.push(matches.found.len() as u32);
        }
        matches
    }

    /// Looks along a chain; how many places may be left out then.
    fn look(&mut self, data: &[u8], at: usize, mut place: u32, before: &[u32]) -> usize {
        let most = LONGEST.min(data.len() - at);
        let here = &data[at..at + most];
        let start = word(here);
        let mut best = SHORTEST - 1;
        let mut after_best = here[best];
        for _ in 0..TRIED {
            let earlier = place as usize;
            if place == u32::MAX || at - earlier > WINDOW {
                break;
            }
            let there = &data[earlier..earlier + most];
            if there[best] == after_best && word(there) == start {
                let length =
                    SHORTEST + there[SHORTEST..].iter().zip(&here[SHORTEST..]).take_while(|(a, b)| a == b).count();
                if length > best {
                    self.found.push((length as u16, (at - earlier) as u16));
                    best = length;
                    if length == most {
                        break;
                    }
                    after_best = here[best];
                }
            }
            let next = before[earlier % WINDOW];
            // An entry of the window that a later place has taken.
            if next != u32::MAX && next as usize >= earlier {
                break;
            }
            place = next;
        }
        if best >= ENOUGH { best - 1 } else { 0 }
    }

    /// Those of a place, the shortest and nearest first.
    pub(super) fn of(&self, at: usize) -> &[(u16, u16)] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.found[start..self.ends[at] as usize]
    }
}

/// The first three bytes.
fn word(start: &[u8]) -> u32 {
    u32::from_be_bytes([0, start[0], start[1], start[2]])
}

fn hash(start: &[u8]) -> usize {
    (word(start).wrapping_mul(0x9E37_79B1) >> (32 - CHAINS)) as usize
}
