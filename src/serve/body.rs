//! What is sent: bytes, or a piece of a file read as it goes.

use std::fs::File;
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// Bytes of a file that are in memory at a time.
const PIECE: usize = 1 << 16;

/// The body of an answer.
pub(super) enum Answer {
    /// Bytes that are there.
    Bytes(Bytes),
    /// A file from where it stands, and how many bytes are to come.
    File(File, u64),
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut *self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::File(_, 0) => Poll::Ready(None),
            Self::File(file, left) => {
                let mut piece = vec![0; usize::try_from(*left).unwrap_or(PIECE).min(PIECE)];
                let read = match file.read(&mut piece) {
                    // The file has become shorter since its length was told.
                    Ok(0) => return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into()))),
                    Ok(read) => read,
                    Err(error) => return Poll::Ready(Some(Err(error))),
                };
                piece.truncate(read);
                *left -= read as u64;
                Poll::Ready(Some(Ok(Frame::data(piece.into()))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::File(_, left) => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, left) => *left,
        })
    }
}
