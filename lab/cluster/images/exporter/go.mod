module virtmover.io/lab/exporter

go 1.26
