// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A stretch of an object: a file of its own. An object made of parts is the list of them; nothing is copied.
type piece struct {
	file string
	size int64
}

type object struct {
	pieces    []piece
	size      int64
	etag      string
	written   time.Time
	metadata  map[string]string
	checksums map[string]string
}

type part struct {
	piece     piece
	etag      string
	checksums map[string]string
}

type upload struct {
	key      string
	id       string
	begun    time.Time
	metadata map[string]string
	parts    map[int]part
}

type store struct {
	folder  string
	next    atomic.Int64
	mutex   sync.Mutex
	objects map[string]*object
	uploads map[string]*upload
	// What there was at the mark; its files stay until the next one.
	marked map[string]*object
	kept   map[string]bool
}

var (
	errExists  = errors.New("PreconditionFailed")
	errMissing = errors.New("NoSuchKey")
	errUpload  = errors.New("NoSuchUpload")
	errPart    = errors.New("InvalidPart")
)

func (s *store) number() int64 { return s.next.Add(1) }

// Puts an object under its key if the conditions of the request allow it.
func (s *store) put(key string, made *object, ifNoneMatch, ifMatch string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.putLocked(key, made, ifNoneMatch, ifMatch)
}

func (s *store) putLocked(key string, made *object, ifNoneMatch, ifMatch string) error {
	old := s.objects[key]
	if ifNoneMatch == "*" && old != nil {
		return errExists
	}
	if ifMatch != "" {
		if old == nil {
			return errMissing
		}
		if old.etag != ifMatch {
			return errExists
		}
	}
	made.written = time.Now()
	s.objects[key] = made
	if old != nil {
		s.removePieces(old.pieces)
	}
	return nil
}

func (s *store) get(key string) *object {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.objects[key]
}

func (s *store) remove(key string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	old := s.objects[key]
	delete(s.objects, key)
	if old != nil {
		s.removePieces(old.pieces)
	}
}

func (s *store) begin(key string, metadata map[string]string) *upload {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	made := &upload{
		key: key, id: fmt.Sprintf("upload-%d", s.number()), begun: time.Now(), metadata: metadata,
		parts: map[int]part{},
	}
	s.uploads[made.id] = made
	return made
}

func (s *store) addPart(id string, number int, made part) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	upload := s.uploads[id]
	if upload == nil {
		return errUpload
	}
	if old, ok := upload.parts[number]; ok {
		s.removePieces([]piece{old.piece})
	}
	upload.parts[number] = made
	return nil
}

type namedPart struct {
	number int
	etag   string
}

func (s *store) complete(id string, named []namedPart, ifNoneMatch, ifMatch string) (*object, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	upload := s.uploads[id]
	if upload == nil {
		return nil, errUpload
	}
	made := &object{metadata: upload.metadata, etag: fmt.Sprintf("%q", fmt.Sprintf("%x-%d", s.number(), len(named)))}
	used := map[int]bool{}
	for _, name := range named {
		part, ok := upload.parts[name.number]
		if !ok || strings.Trim(part.etag, `"`) != strings.Trim(name.etag, `"`) {
			return nil, errPart
		}
		used[name.number] = true
		made.pieces = append(made.pieces, part.piece)
		made.size += part.piece.size
	}
	if err := s.putLocked(upload.key, made, ifNoneMatch, ifMatch); err != nil {
		return nil, err
	}
	for number, part := range upload.parts {
		if !used[number] {
			s.removePieces([]piece{part.piece})
		}
	}
	delete(s.uploads, id)
	return made, nil
}

func (s *store) abort(id string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	upload := s.uploads[id]
	if upload == nil {
		return errUpload
	}
	for _, part := range upload.parts {
		s.removePieces([]piece{part.piece})
	}
	delete(s.uploads, id)
	return nil
}

// The keys below a prefix behind another key, in order.
func (s *store) keys(prefix, after string) []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var keys []string
	for key := range s.objects {
		if strings.HasPrefix(key, prefix) && key > after {
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	return keys
}

func (s *store) openUploads(prefix string) []*upload {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var open []*upload
	for _, upload := range s.uploads {
		if strings.HasPrefix(upload.key, prefix) {
			open = append(open, upload)
		}
	}
	sort.Slice(open, func(a, b int) bool { return open[a].key < open[b].key })
	return open
}

func (s *store) mark() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.marked, s.kept = maps.Clone(s.objects), map[string]bool{}
	for _, object := range s.objects {
		for _, piece := range object.pieces {
			s.kept[piece.file] = true
		}
	}
}

func (s *store) rollBack() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.objects, s.uploads = maps.Clone(s.marked), map[string]*upload{}
	return s.keepOnly(s.kept)
}

func (s *store) keepOnly(kept map[string]bool) error {
	files, err := os.ReadDir(s.folder)
	for _, file := range files {
		if path := filepath.Join(s.folder, file.Name()); !kept[path] {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}

func (s *store) clear() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.objects, s.uploads = map[string]*object{}, map[string]*upload{}
	s.marked, s.kept = map[string]*object{}, map[string]bool{}
	return s.keepOnly(s.kept)
}

// Changes a byte in the middle of the largest object that is new since the mark, or of all where none is: what
// checks backups has to find it.
func (s *store) flip(prefix string) error {
	var largest *object
	isNew := false
	for _, key := range s.keys(prefix, "") {
		object := s.get(key)
		if object == nil {
			continue
		}
		newer := s.marked[key] != object
		if largest == nil || (newer && !isNew) || (newer == isNew && object.size > largest.size) {
			largest, isNew = object, newer
		}
	}
	if largest == nil {
		return errMissing
	}
	at := largest.pieces[len(largest.pieces)/2]
	file, err := os.OpenFile(at.file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	var one [1]byte
	if _, err := file.ReadAt(one[:], at.size/2); err != nil {
		return err
	}
	one[0] ^= 1
	_, err = file.WriteAt(one[:], at.size/2)
	return err
}

func (s *store) removePieces(pieces []piece) {
	for _, piece := range pieces {
		if !s.kept[piece.file] {
			_ = os.Remove(piece.file)
		}
	}
}
