module virtmover.io/lab/pause

go 1.26
