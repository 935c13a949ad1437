//! Every command's JSON parses, standard output carries nothing else, and the exit codes are those of the table.
