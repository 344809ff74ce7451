//! `relatch.v1`: sessions that are resumed without loss. One file a subject.

mod attach;
