// SPDX-License-Identifier: Apache-2.0

// Exporter stands where KubeVirt's export server runs: a pod of its own behind the export's Service.
// It passes every connection, TLS included, on to the stand-in's export server, and ends at its deadline.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

const (
	listenAddress = ":8443"
	dialPatience  = 10 * time.Second
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "exporter:", err)
		os.Exit(1)
	}
}

func run() error {
	upstream := os.Getenv("LAB_EXPORT_UPSTREAM")
	if _, _, err := net.SplitHostPort(upstream); err != nil {
		return fmt.Errorf("LAB_EXPORT_UPSTREAM is %q, it must be host:port: %w", upstream, err)
	}
	// Without a deadline the channel stays nil and never fires.
	var deadline <-chan time.Time
	if text := os.Getenv("DEADLINE"); text != "" {
		end, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return fmt.Errorf("DEADLINE is %q, it must be a time as in RFC 3339: %w", text, err)
		}
		deadline = time.After(time.Until(end))
	}
	listener, err := net.Listen("tcp", listenAddress)
	if err != nil {
		return err
	}
	fmt.Println("exporter: listening on", listenAddress, "for", upstream)
	failed := make(chan error, 1)
	go func() { failed <- accept(listener, upstream) }()
	// As the first process of its container, it gets no default action for these.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	select {
	case err := <-failed:
		return err
	case <-deadline:
		fmt.Println("exporter: deadline reached")
	case <-signals:
	}
	return nil
}

func accept(listener net.Listener, upstream string) error {
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go pass(client, upstream)
	}
}

func pass(client net.Conn, upstream string) {
	defer client.Close()
	server, err := net.DialTimeout("tcp", upstream, dialPatience)
	if err != nil {
		fmt.Fprintln(os.Stderr, "exporter:", err)
		return
	}
	defer server.Close()
	var both sync.WaitGroup
	both.Go(func() { oneWay(server, client) })
	both.Go(func() { oneWay(client, server) })
	both.Wait()
}

// oneWay copies until one side ends. An orderly end is passed on; after a failure both sides are closed,
// so that the other direction does not wait for data that will not come.
func oneWay(to, from net.Conn) {
	if _, err := io.Copy(to, from); err != nil {
		to.Close()
		from.Close()
		return
	}
	if half, ok := to.(*net.TCPConn); ok {
		half.CloseWrite()
	}
}
