// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.agent.progress.Progress;
import java.io.PrintStream;
import java.util.Locale;

/** A progress line on a terminal, and warnings in any case. */
final class TerminalProgress implements Progress {
  private static final long INTERVAL_NANOS = 200_000_000;
  private static final int BAR = 30;
  private static final double MIB = 1 << 20;

  private final PrintStream out = System.err;
  private final boolean terminal;
  private final long started = System.nanoTime();
  private long lastShown;
  private long expected;
  private long done;

  TerminalProgress(boolean terminal) {
    this.terminal = terminal;
  }

  @Override
  public synchronized void expect(long bytes) {
    expected += bytes;
  }

  @Override
  public synchronized void advance(long bytes) {
    done += bytes;
    var now = System.nanoTime();
    if (terminal && now - lastShown > INTERVAL_NANOS) {
      lastShown = now;
      show(now);
    }
  }

  @Override
  public synchronized void warn(String message) {
    clearLine();
    out.println("virtmover: warning: " + message);
  }

  /** Leaves the line empty for what is printed next. */
  synchronized void end() {
    clearLine();
    lastShown = 0;
  }

  private void show(long now) {
    var share = expected == 0 ? 1 : Math.min(1, done / (double) expected);
    var full = (int) (share * BAR);
    var rate = done / MIB / Math.max(1e-3, (now - started) / 1e9);
    out.printf(
        Locale.ROOT,
        "\r[%s%s] %3.0f %%  %,.0f of %,.0f MiB  %,.0f MiB/s ",
        "#".repeat(full),
        ".".repeat(BAR - full),
        share * 100,
        done / MIB,
        expected / MIB,
        rate);
    out.flush();
  }

  private void clearLine() {
    if (terminal && lastShown != 0) {
      out.print("\r" + " ".repeat(BAR + 50) + "\r");
      out.flush();
    }
  }
}
