// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import io.virtmover.lab.qemu.LabVm;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The disks of the recorded answers, made again ({@code kubevirt-export/recipes.txt}). */
@SuppressWarnings("ImmutableEnumChecker") // the commands are method references without state
enum Recipe {
  BASIC(1L << 30, 256, Recipe::basicBase, Recipe::basicDelta, Recipe::basicAfter),
  BASIC64K(1L << 30, 64, Recipe::basicBase, Recipe::basicDelta, Recipe::basicAfter),
  ODD(
      104859136,
      256,
      io -> io.accept("write -P 0x11 0 1M"),
      io -> {
        io.accept("write -P 0x22 10M 64K");
        io.accept("write -P 0x23 104857600 1536");
      },
      _ -> {}),
  CLEAN(64L << 20, 256, io -> io.accept("write -P 0x11 0 1M"), _ -> {}, _ -> {}),
  ALT1G(
      1L << 30,
      256,
      _ -> {},
      io -> every128K(io, 0, 1L << 30, "aio_write -P 0x66 %d 512"),
      _ -> {}),
  GAPDIRTY(
      9L << 30,
      256,
      _ -> {},
      io -> every128K(io, 0, 9L << 30, "aio_write -P 0x66 %d 512"),
      _ -> {}),
  GAPALLOC(
      9L << 30,
      64,
      io -> every128K(io, 0, 9L << 30, "discard %d 65536"),
      io -> {
        for (var offset :
            List.of(1L << 30, (8L << 30) - 65536, (8L << 30) + (1L << 20), (9L << 30) - 65536)) {
          io.accept("write -P 0x77 %d 65536".formatted(offset));
        }
      },
      _ -> {}),
  GAPMID(
      20L << 30,
      64,
      io -> every128K(io, 4L << 30, 13L << 30, "discard %d 65536"),
      io -> {
        every128K(io, 65536, 9L << 30, "aio_write -P 0x66 %d 512");
        io.accept("write -P 0x77 15G 64K");
      },
      _ -> {});

  static final String VOLUME = "vol0";

  private final long size;
  private final int clusterKib;
  private final Consumer<Consumer<String>> base;
  private final Consumer<Consumer<String>> delta;
  private final Consumer<Consumer<String>> after;

  Recipe(
      long size,
      int clusterKib,
      Consumer<Consumer<String>> base,
      Consumer<Consumer<String>> delta,
      Consumer<Consumer<String>> after) {
    this.size = size;
    this.clusterKib = clusterKib;
    this.base = base;
    this.delta = delta;
    this.after = after;
  }

  long size() {
    return size;
  }

  /** Whether it takes tens of thousands of guest writes. */
  boolean isLarge() {
    return size > 1L << 30;
  }

  /** Makes the disk up to the moment before the backup; the VM runs. */
  LabVm prepare(Path folder, boolean incremental) {
    var vm =
        LabVm.create(
            folder,
            "vm",
            clusterKib << 10,
            Clock.systemUTC(),
            List.of(new LabVm.Disk(VOLUME, size)));
    vm.start();
    vm.io(VOLUME, commands(base));
    if (incremental) {
      vm.addCheckpoint(VOLUME, "chk-0");
    }
    vm.io(VOLUME, commands(delta));
    return vm;
  }

  static Optional<String> baseCheckpoint(boolean incremental) {
    return incremental ? Optional.of("chk-0") : Optional.empty();
  }

  private static List<String> commands(Consumer<Consumer<String>> recipe) {
    var commands = new ArrayList<String>();
    recipe.accept(commands::add);
    return commands;
  }

  void writeAfter(LabVm vm) {
    after.accept(command -> vm.io(VOLUME, command));
  }

  private static void every128K(Consumer<String> io, long from, long to, String command) {
    for (var offset = from; offset < to; offset += 128 << 10) {
      io.accept(String.format(command, offset));
    }
  }

  private static void basicBase(Consumer<String> io) {
    List.of(
            "write -P 0x11 0 16M",
            "write -P 0x22 64M 64M",
            "write -z 96M 8M",
            "write -P 0x33 512M 4M",
            "discard 520M 4M",
            "write -P 0x44 1073676288 64K",
            "discard 2162688 64K",
            "write -z 3211264 64K")
        .forEach(io);
  }

  private static void basicDelta(Consumer<String> io) {
    List.of(
            "write -P 0x55 1M 64K",
            "write -P 0x56 1245184 4096",
            "write -z 66M 2M",
            "write -z -u 70M 2M",
            "discard 72M 2M",
            "write -P 0x57 200M 1M",
            "write -P 0 300M 1M",
            "write -P 0x58 1073737728 4K",
            "write -z -u 5308416 64K",
            "discard 6356992 64K",
            "write -z 7344128 4K")
        .forEach(io);
  }

  private static void basicAfter(Consumer<String> io) {
    List.of("write -P 0xEE 0 4M", "write -P 0xEE 200M 2M", "write -z 80M 4M").forEach(io);
  }
}
