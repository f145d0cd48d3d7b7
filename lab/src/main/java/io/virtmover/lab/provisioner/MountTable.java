// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.provisioner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is mounted where on this host (proc(5), {@code /proc/self/mountinfo}). */
record MountTable(List<Mount> mounts) {
  private static final int POINT_FIELD = 4;

  /** A mount point and the device that is mounted there. */
  record Mount(Path point, String device) {}

  static MountTable read() throws IOException {
    var mounts = new ArrayList<Mount>();
    for (var line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      var halves = line.split(" - ", 2);
      var point = halves[0].split(" ", -1)[POINT_FIELD].replace("\\040", " ");
      mounts.add(new Mount(Path.of(point), halves[1].split(" ", -1)[1]));
    }
    return new MountTable(List.copyOf(mounts));
  }

  boolean contains(Path point) {
    return mounts.stream().anyMatch(mount -> mount.point().equals(point));
  }

  List<Path> pointsOf(String device) {
    return mounts.stream()
        .filter(mount -> mount.device().equals(device))
        .map(Mount::point)
        .toList();
  }
}
