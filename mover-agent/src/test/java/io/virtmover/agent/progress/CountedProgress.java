// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.progress;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Remembers what a transfer said of itself. */
public final class CountedProgress implements Progress {
  private final AtomicLong expected = new AtomicLong();
  private final AtomicLong advanced = new AtomicLong();
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  public long expected() {
    return expected.get();
  }

  public long advanced() {
    return advanced.get();
  }

  public List<String> warnings() {
    return warnings;
  }

  @Override
  public void expect(long bytes) {
    expected.addAndGet(bytes);
  }

  @Override
  public void advance(long bytes) {
    advanced.addAndGet(bytes);
  }

  @Override
  public void warn(String message) {
    warnings.add(message);
  }
}
