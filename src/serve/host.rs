//! From a listener to answers, whoever gives them.

use std::convert::Infallible;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::Semaphore;

use super::Limits;
use super::body::Answer;
use super::connection::Patient;
use crate::diag::{Error, ErrorKind};

/// Takes an address.
pub(super) fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    let listener = TcpListener::bind(address).and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    listener.map_err(|error| {
        Error::new(ErrorKind::Output, format!("cannot listen at {address}: {}", error.kind()))
            .hint("is another program there? choose another port with --listen")
    })
}

/// Answers until the program is ended.
pub(super) fn run<A, F>(listener: TcpListener, limits: Limits, answer: A) -> Result<(), Error>
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<Answer>> + Send + 'static,
{
    let failed = |error: std::io::Error| Error::new(ErrorKind::Output, format!("cannot serve: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(accept(listener, limits, answer)).map_err(failed)
}

async fn accept<A, F>(listener: TcpListener, limits: Limits, answer: A) -> std::io::Result<()>
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<Answer>> + Send + 'static,
{
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let free = Arc::new(Semaphore::new(limits.connections));
    loop {
        let Ok(leave) = free.clone().acquire_owned().await else { return Ok(()) };
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, for one: the next moment may be better.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let answer = answer.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let answered = answer(request);
                async move { Ok::<_, Infallible>(answered.await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(limits.head)
                .max_buf_size(32 * 1024)
                .serve_connection(TokioIo::new(Patient::new(stream, limits.standstill)), service);
            // A client that goes away is no failure of ours.
            let _ = connection.await;
            drop(leave);
        });
    }
}
