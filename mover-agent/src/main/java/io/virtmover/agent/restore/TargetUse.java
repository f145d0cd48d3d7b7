// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who uses a block device or a file, as the kernel tells: file systems, device mapper, RAID, swap,
 * loop devices. What cannot be read tells nothing.
 */
final class TargetUse {
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
  private static final int MOUNT_DEVICE = 2;
  private static final int MOUNT_POINT = 4;

  private final Path root;

  private TargetUse(Path root) {
    this.root = root;
  }

  static TargetUse ofThisMachine() {
    return new TargetUse(Path.of("/"));
  }

  /** As {@code proc} and {@code sys} below a folder tell. */
  static TargetUse below(Path root) {
    return new TargetUse(root);
  }

  /** What uses a regular file, in words that follow "it"; empty if nothing does. */
  List<String> ofFile(Path file) {
    var uses = new ArrayList<String>();
    addSwap(uses, "is", used -> isSame(used, file));
    addLoops(uses, file);
    return uses;
  }

  /** What uses a block device or one of its partitions, in words that follow "it". */
  List<String> ofDevice(Path device) {
    var number = number(device);
    if (number.isEmpty()) {
      return List.of();
    }
    var uses = new ArrayList<String>(ofDevice(number.get(), "is"));
    addLoops(uses, device);
    partitions(number.get())
        .forEach(
            partition ->
                uses.addAll(
                    ofDevice(
                        firstLine(partition.resolve("dev")),
                        "has partition %s, which is".formatted(partition.getFileName()))));
    return uses;
  }

  /** Whether the kernel refuses to write to a block device. */
  boolean isReadOnly(Path device) {
    return number(device)
        .filter(number -> firstLine(sysfs(number).resolve("ro")).equals("1"))
        .isPresent();
  }

  private List<String> ofDevice(String number, String is) {
    var uses = new ArrayList<String>();
    lines("proc/self/mountinfo")
        .map(line -> line.split(" ", -1))
        .filter(words -> isMountOf(words, number))
        .forEach(words -> uses.add("%s mounted on %s".formatted(is, plain(words[MOUNT_POINT]))));
    addSwap(uses, is, used -> number(used).filter(number::equals).isPresent());
    folders(sysfs(number).resolve("holders"))
        .forEach(holder -> uses.add("%s part of %s".formatted(is, name(holder))));
    return uses;
  }

  /** By number, or by the source where a file system has a number of its own (btrfs). */
  private boolean isMountOf(String[] words, String number) {
    if (words.length <= MOUNT_POINT) {
      return false;
    }
    var source = words[words.length - 2];
    return words[MOUNT_DEVICE].equals(number)
        || (source.startsWith("/")
            && number(Path.of(plain(source))).filter(number::equals).isPresent());
  }

  private void addSwap(List<String> uses, String is, Predicate<Path> used) {
    lines("proc/swaps")
        .skip(1)
        .map(line -> line.split("\\s+", -1)[0])
        .filter(name -> name.startsWith("/") && used.test(Path.of(plain(name))))
        .forEach(_ -> uses.add(is + " used as swap"));
  }

  private void addLoops(List<String> uses, Path target) {
    for (var device : folders(root.resolve("sys/block"))) {
      var backing = firstLine(device.resolve("loop/backing_file"));
      if (backing.startsWith("/") && isSame(Path.of(backing), target)) {
        uses.add("is what /dev/%s is made of".formatted(device.getFileName()));
      }
    }
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException e) {
      return false;
    }
  }

  private List<Path> partitions(String number) {
    return folders(sysfs(number)).stream()
        .filter(folder -> Files.exists(folder.resolve("partition")))
        .toList();
  }

  /** {@code dm-0 (vg-data)} where the holder has a name. */
  private static String name(Path holder) {
    var name = firstLine(holder.resolve("dm/name"));
    return holder.getFileName() + (name.isEmpty() ? "" : " (" + name + ")");
  }

  private Path sysfs(String number) {
    return root.resolve("sys/dev/block").resolve(number);
  }

  /** A block device's {@code major:minor}. */
  private static Optional<String> number(Path device) {
    try {
      if (!DiskTarget.isBlockDevice(device)) {
        return Optional.empty();
      }
      var number = (long) Files.getAttribute(device, "unix:rdev");
      var major = ((number >> 8) & 0xfff) | ((number >> 32) & 0xfffff000L);
      var minor = (number & 0xff) | ((number >> 12) & 0xffffff00L);
      return Optional.of(major + ":" + minor);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A path as /proc writes it: spaces and the like as octal numbers. */
  private static String plain(String text) {
    return OCTAL
        .matcher(text)
        .replaceAll(
            octal ->
                Matcher.quoteReplacement(Character.toString(Integer.parseInt(octal.group(1), 8))));
  }

  private Stream<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file), StandardCharsets.ISO_8859_1).stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static List<Path> folders(Path folder) {
    try (var found = Files.list(folder)) {
      return found.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
