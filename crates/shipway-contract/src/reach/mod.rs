//! Which of a project's files a handler reaches.
