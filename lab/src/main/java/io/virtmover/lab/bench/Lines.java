// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import io.virtmover.lab.bench.BenchStore.Way;
import io.virtmover.lab.export.ExportFaults;
import io.virtmover.lab.programs.Folders;
import io.virtmover.lab.qemu.LabVm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * VirtMover beside itself: the same data in more disks, behind more links, in a larger disk, from
 * an exporter that fails. The first point of each line is what the others are compared with.
 */
final class Lines {
  /** All that there are. */
  static final List<String> NAMES =
      List.of("disks-tls", "links-tls", "restore-links-tls", "size-tls", "broken-pull-tls");

  private static final int BROKEN = 20;
  private static final int UNAVAILABLE = 3;
  private static final int BROKEN_AFTER = 300_000;

  private final BenchDisks disks;
  private final Clients clients;
  private final MeasuredProgram programs;
  private final Checks checks;
  private final Path folder;
  private final List<Integer> counts;
  private final List<Integer> links;
  private final List<String> sizes;

  /**
   * @param folder for files, as large as the data three times
   * @param quick whether there are few points and short chains, as each link takes a run
   */
  Lines(
      BenchDisks disks,
      Clients clients,
      MeasuredProgram programs,
      Checks checks,
      Path folder,
      boolean quick) {
    this.disks = disks;
    this.clients = clients;
    this.programs = programs;
    this.checks = checks;
    this.folder = folder;
    this.counts = quick ? List.of(1, 4) : List.of(1, 4, 16);
    this.links = quick ? List.of(1, 4) : List.of(1, 10, 100);
    this.sizes = quick ? List.of("64G", "8T") : List.of("64G", "1T", "8T");
  }

  /** The row of a name. */
  Row of(String name) {
    return switch (name) {
      case "disks-tls" -> manyDisks(name);
      case "links-tls" -> increments(name);
      case "restore-links-tls" -> restores(name);
      case "size-tls" -> sizes(name);
      case "broken-pull-tls" -> broken(name);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private Row manyDisks(String name) {
    return Row.line(
        name,
        "a full of the same data in more disks",
        () -> {
          anew();
          counts.forEach(count -> IntStream.range(0, count).forEach(disk -> cut(count, disk)));
        },
        counts.stream().map(this::fullOf).toList());
  }

  private Contender fullOf(int count) {
    var vm = "bench/disks-" + count;
    var parts = new ArrayList<String>();
    for (var disk = 0; disk < count; disk++) {
      parts.addAll(List.of("--disk", "disk-%d=%s".formatted(disk, part(count, disk))));
    }
    var last = count - 1;
    return ours(vm, "disks: %d".formatted(count), Clients.full("full", parts))
        .checked(() -> checks.restored(vm, "full", "disk-" + last, part(count, last)));
  }

  /** A part of the disk as KubeVirt would have pushed it, were it a disk. */
  private void cut(int count, int disk) {
    var size = disks.size() / count;
    tool(
        "qemu-img convert -O qcow2 --image-opts driver=raw,offset=%d,size=%d,file.driver=file,file.filename=%s %s"
            .formatted(disk * size, size, disks.raw(), part(count, disk)));
  }

  private Path part(int count, int disk) {
    return folder.resolve("%d-%d.qcow2".formatted(count, disk));
  }

  private Row increments(String name) {
    return Row.line(
        name,
        "an increment without a change, behind a longer chain",
        () -> links.forEach(count -> chain("bench/links-" + count, count)),
        links.stream()
            .map(
                count -> {
                  var vm = "bench/links-" + count;
                  return ours(vm, "increments: %d".formatted(count), increment(count + 1))
                      .checked(
                          () -> checks.restored(vm, link(count + 1), BenchDisks.LARGE, fullFile()));
                })
            .toList());
  }

  private Row restores(String name) {
    var vm = "bench/links";
    return Row.line(
        name,
        "a disk of the same data from a longer chain",
        () -> chain(vm, links.getLast()),
        links.stream()
            .map(
                count ->
                    checks
                        .restoring(vm, Way.TLS, link(count), BenchDisks.LARGE)
                        .called(point("increments: %d".formatted(count)))
                        .checked(
                            () -> {
                              checks.target(disks.fullHash());
                              if (count.equals(links.getFirst())) {
                                // The last that is checked: no other needs what is damaged.
                                checks.damageIsFound(vm);
                              }
                            }))
            .toList());
  }

  private void chain(String vm, int increments) {
    for (var number = 0; number <= increments; number++) {
      var words =
          number == 0 ? Clients.full(link(0), List.of("--disk", disk(first()))) : increment(number);
      var _ = programs.run(ours(vm, "", words));
    }
  }

  /** The same file each time: nothing has changed in any of them. */
  private List<String> increment(int number) {
    return List.of(
        "--backup",
        link(number),
        "--checkpoint",
        link(number),
        "--type",
        "incremental",
        "--parent",
        link(number - 1),
        "--disk",
        disk(disks.unchanged()));
  }

  private LabVm.Backup first() {
    return disks.chain().getFirst();
  }

  private Path fullFile() {
    return first().file(BenchDisks.LARGE);
  }

  private static String disk(LabVm.Backup point) {
    return "%s=%s".formatted(BenchDisks.LARGE, point.file(BenchDisks.LARGE));
  }

  private static String link(int number) {
    return "link-" + number;
  }

  private Row sizes(String name) {
    return Row.line(
        name,
        "a full of the same data in a larger disk",
        () -> {
          anew();
          sizes.forEach(
              size ->
                  tool(
                      "qemu-img convert -f raw -O qcow2 %s %s && qemu-img resize -q %s %s"
                          .formatted(disks.raw(), sized(size), sized(size), size)));
        },
        sizes.stream()
            .map(
                size -> {
                  var vm = "bench/size-" + size.toLowerCase(Locale.ROOT);
                  return ours(
                          vm,
                          size + "iB",
                          Clients.full(
                              "full",
                              List.of("--disk", "%s=%s".formatted(BenchDisks.LARGE, sized(size)))))
                      .checked(() -> checks.restored(vm, "full", BenchDisks.LARGE, sized(size)));
                })
            .toList());
  }

  private Path sized(String size) {
    return folder.resolve(size + ".qcow2");
  }

  private Row broken(String name) {
    var faults = disks.exporter().faults();
    var vm = "bench/pulled";
    var words = Clients.full("pulled", disks.exported());
    return Row.line(
        name,
        "a full from an exporter that fails",
        () -> faults.latency(Duration.ZERO),
        List.of(
            ours(vm, "whole answers", words).checked(() -> isPulled(vm)),
            ours(vm, "%d answers 503, %d broken streams".formatted(UNAVAILABLE, BROKEN), words)
                .prepared(
                    () -> {
                      faults.unavailable(UNAVAILABLE);
                      faults.data(BROKEN, ExportFaults.Body.ABORT, BROKEN_AFTER);
                    })
                .checked(
                    () -> {
                      if (faults.left() > 0) {
                        throw Checks.wrong("the exporter did not fail as often as it should");
                      }
                      isPulled(vm);
                    })));
  }

  private void isPulled(String vm) {
    checks.restored(vm, "pulled", BenchDisks.LARGE, disks.lastHash());
  }

  /** A backup. */
  private Contender ours(String vm, String point, List<String> words) {
    return clients.oursOf(vm, Way.TLS, "backup", words.toArray(String[]::new)).called(point(point));
  }

  private static String point(String words) {
    return "%s, %s".formatted(Clients.OURS, words);
  }

  private void anew() {
    try {
      Folders.delete(folder);
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tool(String line) {
    var _ = programs.run(Contender.line("preparation", line, Map.of()));
  }
}
