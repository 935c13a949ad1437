//! The Lambda Runtime API, as much of it as a function needs: take an invocation, answer it.
//!
//! HTTP/1.1 over a fresh connection for each call. Errors of the connection end the program, and Lambda starts
//! it again.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;

pub struct RuntimeApi {
    /// Host and port.
    address: String,
}

pub struct Invocation {
    pub request_id: String,
    pub event: Vec<u8>,
}

struct Answer {
    status: u16,
    /// Names are in lower case.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl RuntimeApi {
    pub fn new(address: String) -> Self {
        Self { address }
    }

    /// Waits for the next invocation. No time limit: Lambda freezes the process in between.
    pub fn next(&self) -> Result<Invocation> {
        let answer = self.call("GET", "invocation/next", "", b"")?;
        let request_id = answer.header("lambda-runtime-aws-request-id").ok_or_else(|| invalid("no request id"))?;
        Ok(Invocation { request_id: request_id.to_owned(), event: answer.body })
    }

    /// Answers an invocation with JSON.
    pub fn respond(&self, request_id: &str, json: &str) -> Result<()> {
        self.call("POST", &format!("invocation/{request_id}/response"), "", json.as_bytes()).map(drop)
    }

    /// Answers that the invocation failed. Neither text may need escapes in JSON.
    pub fn fail(&self, request_id: &str, kind: &str, message: &str) -> Result<()> {
        let json = format!(r#"{{"errorMessage":"{message}","errorType":"{kind}","stackTrace":[]}}"#);
        let header = format!("Lambda-Runtime-Function-Error-Type: Function.{kind}\r\n");
        self.call("POST", &format!("invocation/{request_id}/error"), &header, json.as_bytes()).map(drop)
    }

    fn call(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        let head = format!(
            "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n",
            self.address,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat())?;
        let answer = Answer::read(&mut BufReader::new(stream))?;
        if !(200..300).contains(&answer.status) {
            return Err(invalid(&format!("{method} {path} was answered with status {}", answer.status)));
        }
        Ok(answer)
    }
}

impl Answer {
    fn read(reader: &mut impl BufRead) -> Result<Self> {
        let status = read_line(reader)?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| invalid("no status line"))?;
        let mut headers = Vec::new();
        loop {
            let line = read_line(reader)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| invalid("a header without a colon"))?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Self { status, headers, body: Vec::new() };
        answer.body = answer.read_body(reader)?;
        Ok(answer)
    }

    fn read_body(&self, reader: &mut impl BufRead) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        if self.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            loop {
                let size = read_line(reader)?;
                let size = size.split(';').next().unwrap_or_default().trim();
                let size = usize::from_str_radix(size, 16).map_err(|_| invalid("a chunk without a size"))?;
                body.extend(read_exactly(reader, size)?);
                read_line(reader)?;
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        match self.header("content-length") {
            Some(length) => read_exactly(reader, length.parse().map_err(|_| invalid("a bad Content-Length"))?),
            None => {
                reader.read_to_end(&mut body)?;
                Ok(body)
            }
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn read_line(reader: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    match line.strip_suffix('\n') {
        Some(line) => Ok(line.trim_end_matches('\r').to_owned()),
        None => Err(invalid("the connection ended in the middle of a line")),
    }
}

fn read_exactly(reader: &mut impl Read, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn invalid(problem: &str) -> Error {
    Error::new(ErrorKind::InvalidData, problem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn reads_a_body_by_length_and_by_chunks() {
        let by_length = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 7\r\nContent-Length: 2\r\n\r\n{}more";
        let answer = Answer::read(&mut by_length.as_bytes()).unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{}"[..]));
        assert_eq!(answer.header("lambda-runtime-aws-request-id"), Some("7"));
        let by_chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n\"ab\r\n2;x=y\r\nc\"\r\n0\r\n\r\n";
        let answer = Answer::read(&mut by_chunks.as_bytes()).unwrap();
        assert_eq!(answer.body, b"\"abc\"");
    }

    #[test]
    fn a_reply_that_is_cut_off_is_an_error() {
        for text in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}"] {
            assert!(Answer::read(&mut text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
