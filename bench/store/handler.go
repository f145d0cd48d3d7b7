// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	xmlHead  = `<?xml version="1.0" encoding="UTF-8"?>`
	listMost = 1000
	// Of one body; bodies come through memory.
	bufferSize = 1 << 20
)

var (
	errDigest  = errors.New("BadDigest")
	errRequest = errors.New("InvalidRequest")
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	buffers    = sync.Pool{New: func() any { buffer := make([]byte, bufferSize); return &buffer }}
)

var statuses = map[error]int{
	errExists: 412, errMissing: 404, errUpload: 404, errPart: 400, errDigest: 400, errRequest: 400,
}

// The part of the S3 protocol that the programs use that are measured.
type handler struct {
	store    *store
	counters *counters
}

func (h *handler) ServeHTTP(answer http.ResponseWriter, request *http.Request) {
	h.counters.request(operation(request))
	answer.Header().Set("x-amz-request-id", strconv.FormatInt(h.store.number(), 16))
	if err := h.serve(answer, request); err != nil {
		status, known := statuses[err]
		if !known {
			fmt.Fprintln(os.Stderr, "store:", request.Method, request.URL, err)
			status, err = 500, errors.New("InternalError")
		}
		answer.Header().Set("Content-Type", "application/xml")
		answer.WriteHeader(status)
		if request.Method != http.MethodHead {
			fmt.Fprintf(answer, "%s<Error><Code>%s</Code><Message>%s</Message></Error>", xmlHead, err, err)
		}
	}
}

// What is counted as one kind: the method, and what the query makes of it.
func operation(request *http.Request) string {
	query := request.URL.Query()
	for _, word := range []string{"uploads", "partNumber", "uploadId", "delete", "list-type", "location"} {
		if query.Has(word) {
			return request.Method + " " + word
		}
	}
	return request.Method
}

func (h *handler) serve(answer http.ResponseWriter, request *http.Request) error {
	_, key, _ := strings.Cut(strings.TrimPrefix(request.URL.Path, "/"), "/")
	query := request.URL.Query()
	if key == "" {
		return h.bucket(answer, request, query)
	}
	id := query.Get("uploadId")
	switch request.Method {
	case http.MethodPut:
		if id != "" {
			return h.putPart(answer, request, id, query.Get("partNumber"))
		}
		return h.putObject(answer, request, key)
	case http.MethodPost:
		if query.Has("uploads") {
			upload := h.store.begin(key, metadata(request.Header))
			return document(answer, struct {
				XMLName               xml.Name `xml:"InitiateMultipartUploadResult"`
				Bucket, Key, UploadId string
			}{Bucket: "bench", Key: key, UploadId: upload.id})
		}
		return h.complete(answer, request, key, id)
	case http.MethodDelete:
		if id != "" {
			if err := h.store.abort(id); err != nil {
				return err
			}
		} else {
			h.store.remove(key)
		}
		answer.WriteHeader(http.StatusNoContent)
		return nil
	case http.MethodGet, http.MethodHead:
		if id != "" {
			return errUpload
		}
		return h.getObject(answer, request, key)
	}
	return errRequest
}

func (h *handler) putObject(answer http.ResponseWriter, request *http.Request, key string) error {
	piece, sums, err := h.receive(request)
	if err != nil {
		return err
	}
	made := &object{size: piece.size, metadata: metadata(request.Header), checksums: sums, etag: h.etag()}
	made.pieces = append(made.pieces, piece)
	if err := h.store.put(key, made, request.Header.Get("If-None-Match"), request.Header.Get("If-Match")); err != nil {
		_ = os.Remove(piece.file)
		return err
	}
	answer.Header().Set("ETag", made.etag)
	set(answer.Header(), sums)
	return nil
}

func (h *handler) putPart(answer http.ResponseWriter, request *http.Request, id, number string) error {
	at, err := strconv.Atoi(number)
	if err != nil || at < 1 || at > 10000 {
		return errRequest
	}
	piece, sums, err := h.receive(request)
	if err != nil {
		return err
	}
	made := part{piece: piece, etag: h.etag(), checksums: sums}
	if err := h.store.addPart(id, at, made); err != nil {
		_ = os.Remove(piece.file)
		return err
	}
	answer.Header().Set("ETag", made.etag)
	set(answer.Header(), sums)
	return nil
}

// No digest of the content, which would cost more than all else the server does, and nothing that a client takes for one.
func (h *handler) etag() string { return fmt.Sprintf(`"%x-0"`, h.store.number()) }

// Reads a body into a file, as it is or in chunks with what follows them, and checks what it is said to be.
func (h *handler) receive(request *http.Request) (piece, map[string]string, error) {
	body := io.Reader(request.Body)
	size := request.ContentLength
	var chunks *chunks
	if strings.HasPrefix(request.Header.Get("x-amz-content-sha256"), "STREAMING-") {
		decoded, err := strconv.ParseInt(request.Header.Get("x-amz-decoded-content-length"), 10, 64)
		if err != nil {
			return piece{}, nil, errRequest
		}
		size = decoded
		chunks = newChunks(request.Body)
		body = chunks
	}
	said := checksums(request.Header)
	sums := map[string]hash.Hash32{}
	var all []io.Writer
	want := func(name string, table *crc32.Table) {
		if _, given := said[name]; given || request.Header.Get("x-amz-trailer") == name {
			sums[name] = crc32.New(table)
			all = append(all, sums[name])
		}
	}
	want("x-amz-checksum-crc32", crc32.IEEETable)
	want("x-amz-checksum-crc32c", castagnoli)
	made := piece{file: filepath.Join(h.store.folder, strconv.FormatInt(h.store.number(), 10))}
	file, err := os.Create(made.file)
	if err != nil {
		return piece{}, nil, err
	}
	defer file.Close()
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	made.size, err = io.CopyBuffer(io.MultiWriter(append(all, onlyWriter{file})...), onlyReader{body}, *buffer)
	h.counters.received(made.size)
	if err == nil && made.size != size {
		err = io.ErrUnexpectedEOF
	}
	if err == nil && chunks != nil {
		for name, value := range checksums(chunks.trailer) {
			said[name] = value
		}
	}
	for name, sum := range sums {
		if err == nil && said[name] != base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum.Sum32())) {
			err = errDigest
		}
	}
	if err != nil {
		_ = os.Remove(made.file)
		return piece{}, nil, err
	}
	return made, said, nil
}

// Without the ways around the buffer, so that every client's body takes the same one.
type onlyWriter struct{ io.Writer }
type onlyReader struct{ io.Reader }

func (h *handler) complete(answer http.ResponseWriter, request *http.Request, key, id string) error {
	var wanted struct {
		Part []struct {
			PartNumber int
			ETag       string
		}
	}
	if err := xml.NewDecoder(request.Body).Decode(&wanted); err != nil {
		return errRequest
	}
	var named []namedPart
	for _, part := range wanted.Part {
		named = append(named, namedPart{part.PartNumber, part.ETag})
	}
	made, err := h.store.complete(id, named, request.Header.Get("If-None-Match"), request.Header.Get("If-Match"))
	if err != nil {
		return err
	}
	return document(answer, struct {
		XMLName           xml.Name `xml:"CompleteMultipartUploadResult"`
		Bucket, Key, ETag string
	}{Bucket: "bench", Key: key, ETag: made.etag})
}

func (h *handler) getObject(answer http.ResponseWriter, request *http.Request, key string) error {
	object := h.store.get(key)
	if object == nil {
		return errMissing
	}
	if wanted := request.Header.Get("If-Match"); wanted != "" && wanted != object.etag {
		return errExists
	}
	head := answer.Header()
	head.Set("ETag", object.etag)
	head.Set("Accept-Ranges", "bytes")
	head.Set("Content-Type", "application/octet-stream")
	head.Set("Last-Modified", object.written.UTC().Format(http.TimeFormat))
	set(head, object.metadata)
	if request.Header.Get("x-amz-checksum-mode") != "" {
		set(head, object.checksums)
	}
	first, last, status, err := byteRange(request.Header.Get("Range"), object.size)
	if err != nil {
		answer.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		return nil
	}
	if status == http.StatusPartialContent {
		head.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last, object.size))
	}
	head.Set("Content-Length", strconv.FormatInt(last-first+1, 10))
	answer.WriteHeader(status)
	if request.Method == http.MethodHead {
		return nil
	}
	// A client that goes away ends here too.
	_ = h.send(answer, object, first, last-first+1)
	return nil
}

func (h *handler) send(to io.Writer, object *object, skip, left int64) error {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	for _, piece := range object.pieces {
		if skip >= piece.size {
			skip -= piece.size
			continue
		}
		if left == 0 {
			return nil
		}
		file, err := os.Open(piece.file)
		if err != nil {
			return err
		}
		count, err := io.CopyBuffer(
			onlyWriter{to}, io.NewSectionReader(file, skip, min(left, piece.size-skip)), *buffer)
		_ = file.Close()
		h.counters.sent(count)
		if err != nil {
			return err
		}
		left -= count
		skip = 0
	}
	return nil
}

func byteRange(text string, size int64) (first, last int64, status int, err error) {
	if text == "" {
		return 0, size - 1, http.StatusOK, nil
	}
	from, to, ok := strings.Cut(strings.TrimPrefix(text, "bytes="), "-")
	if !ok {
		return 0, 0, 0, errRequest
	}
	if from == "" {
		count, err := strconv.ParseInt(to, 10, 64)
		return max(0, size-count), size - 1, http.StatusPartialContent, err
	}
	first, err = strconv.ParseInt(from, 10, 64)
	last = size - 1
	if err == nil && to != "" {
		last, err = strconv.ParseInt(to, 10, 64)
		last = min(last, size-1)
	}
	if err == nil && first >= size {
		err = errRequest
	}
	return first, last, http.StatusPartialContent, err
}

func (h *handler) bucket(answer http.ResponseWriter, request *http.Request, query url.Values) error {
	switch {
	case request.Method == http.MethodPost && query.Has("delete"):
		return h.removeMany(answer, request)
	case request.Method == http.MethodHead || request.Method == http.MethodPut:
		return nil
	case request.Method != http.MethodGet:
		return errRequest
	case query.Has("location"):
		_, err := fmt.Fprint(answer, xmlHead, "<LocationConstraint/>")
		return err
	case query.Has("uploads"):
		return h.listUploads(answer, query.Get("prefix"))
	default:
		return h.list(answer, query)
	}
}

func (h *handler) removeMany(answer http.ResponseWriter, request *http.Request) error {
	var wanted struct{ Object []struct{ Key string } }
	if err := xml.NewDecoder(request.Body).Decode(&wanted); err != nil {
		return errRequest
	}
	type deleted struct{ Key string }
	result := struct {
		XMLName xml.Name `xml:"DeleteResult"`
		Deleted []deleted
	}{}
	for _, object := range wanted.Object {
		h.store.remove(object.Key)
		result.Deleted = append(result.Deleted, deleted(object))
	}
	return document(answer, result)
}

func (h *handler) listUploads(answer http.ResponseWriter, prefix string) error {
	type entry struct{ Key, UploadId, Initiated string }
	result := struct {
		XMLName     xml.Name `xml:"ListMultipartUploadsResult"`
		Bucket      string
		IsTruncated bool
		Upload      []entry
	}{Bucket: "bench"}
	for _, open := range h.store.openUploads(prefix) {
		result.Upload = append(result.Upload, entry{open.key, open.id, open.begun.UTC().Format(time.RFC3339)})
	}
	return document(answer, result)
}

func (h *handler) list(answer http.ResponseWriter, query url.Values) error {
	type entry struct {
		Key, LastModified, ETag string
		Size                    int64
		StorageClass            string
	}
	type folder struct{ Prefix string }
	result := struct {
		XMLName                           xml.Name `xml:"ListBucketResult"`
		Name, Prefix, Delimiter           string
		EncodingType                      string `xml:",omitempty"`
		KeyCount, MaxKeys                 int
		IsTruncated                       bool
		NextContinuationToken, NextMarker string `xml:",omitempty"`
		Contents                          []entry
		CommonPrefixes                    []folder
	}{Name: "bench", Prefix: query.Get("prefix"), Delimiter: query.Get("delimiter"), MaxKeys: listMost}
	if most, err := strconv.Atoi(query.Get("max-keys")); err == nil && most < listMost {
		result.MaxKeys = most
	}
	written := func(key string) string { return key }
	if query.Get("encoding-type") == "url" {
		result.EncodingType = "url"
		written = url.QueryEscape
	}
	after := max(query.Get("start-after"), query.Get("marker"), query.Get("continuation-token"))
	folders := map[string]bool{}
	for _, key := range h.store.keys(result.Prefix, after) {
		name := key
		if result.Delimiter != "" {
			if head, _, inside := strings.Cut(key[len(result.Prefix):], result.Delimiter); inside {
				name = result.Prefix + head + result.Delimiter
				if folders[name] || strings.HasPrefix(after, name) {
					continue
				}
			}
		}
		if result.KeyCount == result.MaxKeys {
			result.IsTruncated = true
			break
		}
		result.KeyCount++
		result.NextContinuationToken, result.NextMarker = key, key
		if name != key {
			folders[name] = true
			result.CommonPrefixes = append(result.CommonPrefixes, folder{written(name)})
		} else if object := h.store.get(key); object != nil {
			result.Contents = append(result.Contents, entry{
				written(key), object.written.UTC().Format(time.RFC3339), object.etag, object.size, "STANDARD",
			})
		}
	}
	if !result.IsTruncated {
		result.NextContinuationToken, result.NextMarker = "", ""
	}
	result.Prefix = written(result.Prefix)
	return document(answer, result)
}

func document(answer http.ResponseWriter, content any) error {
	text, err := xml.Marshal(content)
	if err != nil {
		return err
	}
	answer.Header().Set("Content-Type", "application/xml")
	_, err = fmt.Fprintf(answer, "%s%s", xmlHead, text)
	return err
}

func metadata(head http.Header) map[string]string { return with(head, "X-Amz-Meta-") }

func checksums(head http.Header) map[string]string {
	found := with(head, "X-Amz-Checksum-")
	delete(found, "x-amz-checksum-algorithm")
	delete(found, "x-amz-checksum-type")
	return found
}

func with(head http.Header, prefix string) map[string]string {
	found := map[string]string{}
	for name := range head {
		if strings.HasPrefix(name, prefix) {
			found[strings.ToLower(name)] = head.Get(name)
		}
	}
	return found
}

func set(head http.Header, values map[string]string) {
	for name, value := range values {
		head.Set(name, value)
	}
}

// A body in the chunks of aws-chunked: a length in hexadecimal, perhaps a signature, the bytes; at the end
// headers.
type chunks struct {
	in      *bufio.Reader
	left    int64
	begun   bool
	ended   bool
	trailer http.Header
}

func newChunks(in io.Reader) *chunks {
	return &chunks{in: bufio.NewReaderSize(in, bufferSize), trailer: http.Header{}}
}

func (c *chunks) Read(into []byte) (int, error) {
	if c.ended {
		return 0, io.EOF
	}
	if c.left == 0 {
		if err := c.next(); err != nil {
			return 0, err
		}
		if c.ended {
			return 0, io.EOF
		}
	}
	count, err := c.in.Read(into[:min(int64(len(into)), c.left)])
	c.left -= int64(count)
	return count, err
}

func (c *chunks) next() error {
	if c.begun {
		if _, err := c.line(); err != nil {
			return err
		}
	}
	c.begun = true
	line, err := c.line()
	if err != nil {
		return err
	}
	length, _, _ := strings.Cut(line, ";")
	c.left, err = strconv.ParseInt(length, 16, 64)
	if err != nil {
		return errRequest
	}
	if c.left > 0 {
		return nil
	}
	c.ended = true
	for {
		line, err := c.line()
		if err == io.EOF || (err == nil && line == "") {
			return nil
		}
		if err != nil {
			return err
		}
		name, value, _ := strings.Cut(line, ":")
		c.trailer.Set(strings.TrimSpace(name), strings.TrimSpace(value))
	}
}

func (c *chunks) line() (string, error) {
	line, err := c.in.ReadString('\n')
	if err == io.EOF && line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}
