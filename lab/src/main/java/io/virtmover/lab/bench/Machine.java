// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the machine can do at all: a figure of another machine means something beside these only.
 */
final class Machine {
  private static final int PIECE = 64 << 20;
  private static final int TIMES = 16;
  private static final int WRITE = 256 << 10;
  private static final double GIGA = 1e9;

  private Machine() {}

  /** Processor, cores and memory. */
  static String description() {
    var model = first("/proc/cpuinfo", "model name\\s*: (.*)");
    var memory = Long.parseLong(first("/proc/meminfo", "MemTotal:\\s*(\\d+) kB")) >> 20;
    return "%d cores (%s), %d GiB"
        .formatted(Runtime.getRuntime().availableProcessors(), model, memory);
  }

  /** Memory that programs can still have, in MiB. */
  static long availableMebibytes() {
    return Long.parseLong(first("/proc/meminfo", "MemAvailable:\\s*(\\d+) kB")) >> 10;
  }

  /** What runs, each in the words of its own. */
  static List<String> versions(Path aws) {
    return Stream.of(
            List.of(aws.toString(), "--version"),
            List.of("rclone", "version"),
            List.of("qemu-img", "--version"),
            List.of("openssl", "version"),
            List.of("uname", "-sr"))
        .map(Machine::firstLine)
        .toList();
  }

  private static String firstLine(List<String> command) {
    return output(command).lines().findFirst().orElse("");
  }

  private static String output(List<String> command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String first(String file, String pattern) {
    try {
      var matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
      return matcher.find() ? matcher.group(1) : "0";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gigabytes a second of one core or one connection, by what does it. */
  static Map<String, Double> calibrate(Path disk) {
    try {
      var found = new LinkedHashMap<String, Double>();
      found.put("copying memory", copying());
      found.put("loopback, one connection", loopback());
      found.put("AES-256-GCM (openssl)", openssl("aes-256-gcm"));
      found.put("SHA-256 (openssl)", openssl("sha256"));
      dd(disk).ifPresent(rate -> found.put("writing to the disk (dd, direct)", rate));
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double copying() {
    var from = new byte[PIECE];
    var to = new byte[PIECE];
    Arrays.fill(from, (byte) 1);
    System.arraycopy(from, 0, to, 0, PIECE);
    var started = System.nanoTime();
    for (var time = 0; time < TIMES; time++) {
      System.arraycopy(from, 0, to, 0, PIECE);
    }
    return rate((long) PIECE * TIMES, started);
  }

  private static double loopback() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = new Socket(server.getInetAddress(), server.getLocalPort());
        var accepted = server.accept()) {
      var sender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (client) {
                      var out = client.getOutputStream();
                      var bytes = new byte[WRITE];
                      for (var sent = 0L; sent < (long) PIECE * TIMES; sent += WRITE) {
                        out.write(bytes);
                      }
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      var started = System.nanoTime();
      var in = accepted.getInputStream();
      var bytes = new byte[WRITE];
      var came = 0L;
      for (var count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        came += count;
      }
      var rate = rate(came, started);
      sender.join();
      return rate;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static double rate(long bytes, long started) {
    return bytes / (double) (System.nanoTime() - started);
  }

  private static double openssl(String algorithm) {
    var command =
        List.of("openssl", "speed", "-seconds", "1", "-bytes", "16384", "-evp", algorithm);
    return last(command, "([\\d.]+)k\\s*$") * 1000 / GIGA;
  }

  /** Empty where the file system has no direct writes. */
  private static OptionalDouble dd(Path folder) throws IOException {
    var file = folder.resolve("calibration");
    try {
      var line = "dd if=/dev/zero of=%s bs=4M count=64 oflag=direct conv=fsync".formatted(file);
      return OptionalDouble.of(
          (64 << 22) / last(List.of(line.split(" ", -1)), "copied, ([\\d.]+) s") / GIGA);
    } catch (IllegalStateException e) {
      return OptionalDouble.empty();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** The number that a program says last. */
  private static double last(List<String> command, String pattern) {
    var output = output(command);
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(output)
        .results()
        .reduce((_, later) -> later)
        .map(found -> Double.parseDouble(found.group(1)))
        .orElseThrow(() -> new IllegalStateException(String.join(" ", command) + ": " + output));
  }
}
