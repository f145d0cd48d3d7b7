module virtmover.io/bench/store

go 1.26
