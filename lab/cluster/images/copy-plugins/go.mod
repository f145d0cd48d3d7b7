module virtmover.io/lab/copy-plugins

go 1.26
