// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// What the server sees of both sides of a comparison.
type counters struct {
	mutex           sync.Mutex
	requests        map[string]int64
	bodyIn, bodyOut atomic.Int64
	first           atomic.Int64
	cpuAtZero       time.Duration
}

type figures struct {
	Requests map[string]int64 `json:"requests"`
	Total    int64            `json:"total"`
	BodyIn   int64            `json:"bodyIn"`
	BodyOut  int64            `json:"bodyOut"`
	// Of the first request, in nanoseconds since 1970; 0 without one.
	First int64 `json:"first"`
	// Of the server itself, in seconds.
	Cpu float64 `json:"cpu"`
}

func (c *counters) request(kind string) {
	c.first.CompareAndSwap(0, time.Now().UnixNano())
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.requests == nil {
		c.requests = map[string]int64{}
	}
	c.requests[kind]++
}

func (c *counters) received(bytes int64) { c.bodyIn.Add(bytes) }
func (c *counters) sent(bytes int64)     { c.bodyOut.Add(bytes) }

func (c *counters) now() figures {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	made := figures{
		Requests: map[string]int64{}, BodyIn: c.bodyIn.Load(), BodyOut: c.bodyOut.Load(),
		First: c.first.Load(), Cpu: (cpu() - c.cpuAtZero).Seconds(),
	}
	for kind, count := range c.requests {
		made.Requests[kind] = count
		made.Total += count
	}
	return made
}

func (c *counters) zero() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.requests = nil
	for _, counter := range []*atomic.Int64{&c.bodyIn, &c.bodyOut, &c.first} {
		counter.Store(0)
	}
	c.cpuAtZero = cpu()
}

func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// A long way to the server: half the round trip each way, a rate per connection, and one for all together.
type link struct {
	shared [2]pace
}

func newLink() *link {
	made := &link{}
	for way := range made.shared {
		made.shared[way].rate = linkRate
	}
	return made
}

// When bytes that are ready now have passed, one behind the other.
type pace struct {
	mutex sync.Mutex
	rate  int64
	free  time.Time
}

func (p *pace) passed(bytes int) time.Time {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	now := time.Now()
	if p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(time.Duration(int64(bytes) * int64(time.Second) / p.rate))
	return p.free
}

type distant struct {
	net.Listener
	link *link
}

const (
	roundTrip = 50 * time.Millisecond
	// Bytes a second of each connection, and of all of them together.
	connectionRate = 90_000_000
	linkRate       = 1_000_000_000
	// What one segment of the way carries, and how many are on the way at most: enough for rate and round trip.
	segment  = 64 << 10
	segments = 256
)

func (l distant) Accept() (net.Conn, error) {
	outer, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	near, far := net.Pipe()
	go l.link.carry(outer, near, 0)
	go l.link.carry(near, outer, 1)
	return &distantConnection{far, outer}, nil
}

type distantConnection struct {
	net.Conn
	outer net.Conn
}

func (c *distantConnection) RemoteAddr() net.Addr { return c.outer.RemoteAddr() }

type flying struct {
	bytes   []byte
	arrives time.Time
}

// Carries bytes one way until either side ends.
func (l *link) carry(from, to net.Conn, way int) {
	own := pace{rate: connectionRate}
	on := make(chan flying, segments)
	go func() {
		defer to.Close()
		for next := range on {
			time.Sleep(time.Until(next.arrives))
			if _, err := to.Write(next.bytes); err != nil {
				_ = from.Close()
				for range on {
				}
				return
			}
		}
	}()
	defer close(on)
	for {
		bytes := make([]byte, segment)
		count, err := from.Read(bytes)
		if count > 0 {
			passed := own.passed(count)
			if shared := l.shared[way].passed(count); shared.After(passed) {
				passed = shared
			}
			on <- flying{bytes[:count], passed.Add(roundTrip / 2)}
		}
		if err != nil {
			return
		}
	}
}
