// SPDX-License-Identifier: Apache-2.0

// Store is the S3 server of the measurements: both sides of a comparison use the same process. It keeps
// objects in a folder, counts requests and bytes, checks the checksums that stores check, and believes
// every signature. It shares no code with VirtMover, and costs as little as a server can, so that what is
// measured on the same cores is the client.
package main

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "store:", err)
		os.Exit(1)
	}
}

func run() error {
	folder := flag.String("folder", "", "where objects are kept; must be empty")
	certificate := flag.String("certificate", "", "PEM file")
	key := flag.String("key", "", "PEM file")
	flag.Parse()
	found, err := os.ReadDir(*folder)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("%s is not empty", *folder)
	}
	pair, err := tls.LoadX509KeyPair(*certificate, *key)
	if err != nil {
		return err
	}
	store := &store{folder: *folder, objects: map[string]*object{}, uploads: map[string]*upload{}}
	counters := &counters{}
	settings := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	handler := &handler{store: store, counters: counters}
	addresses := map[string]string{}
	failed := make(chan error, 4)
	serve := func(name string, handler http.Handler, wrap func(net.Listener) net.Listener) error {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		addresses[name] = listener.Addr().String()
		server := &http.Server{
			Handler: handler,
			// S3 is HTTP/1.1.
			TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
		}
		go func() { failed <- server.Serve(wrap(listener)) }()
		return nil
	}
	plain := func(inner net.Listener) net.Listener { return inner }
	secure := func(inner net.Listener) net.Listener { return tls.NewListener(inner, settings) }
	link := newLink()
	err = errors.Join(
		serve("http", handler, plain),
		serve("https", handler, secure),
		serve("far", handler, func(inner net.Listener) net.Listener { return secure(distant{inner, link}) }),
		serve("control", control(store, counters), plain))
	if err != nil {
		return err
	}
	text, err := json.Marshal(addresses)
	if err != nil {
		return err
	}
	// One line says where it is; its end of input is the end of the server.
	fmt.Println(string(text))
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		failed <- err
	}()
	return <-failed
}

// What the harness asks: the counters, and POST /zero (count anew), /clear (forget everything), /mark and /rollback
// (bring back what was there at the mark), /flip (change a byte of the largest object below a prefix).
func control(store *store, counters *counters) http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /counters", func(answer http.ResponseWriter, _ *http.Request) {
		answer.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(answer).Encode(counters.now())
	})
	act := func(path string, action func(*http.Request) error) {
		routes.HandleFunc("POST "+path, func(answer http.ResponseWriter, request *http.Request) {
			if err := action(request); err != nil {
				http.Error(answer, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	act("/zero", func(*http.Request) error { counters.zero(); return nil })
	act("/clear", func(*http.Request) error { return store.clear() })
	act("/mark", func(*http.Request) error { store.mark(); return nil })
	act("/rollback", func(*http.Request) error { return store.rollBack() })
	act("/flip", func(request *http.Request) error { return store.flip(request.URL.Query().Get("prefix")) })
	return routes
}
