// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A program that reads the maps of sixteen volumes at once, to be run in a small heap. */
final class SixteenMaps {
  static final int VOLUMES = 16;

  private SixteenMaps() {}

  /** Words: address, CA file, disk size. Prints how many data clusters were seen. */
  public static void main(String[] words) throws Exception {
    var address = URI.create(words[0]);
    var access = ExportAccess.of(Optional.of(Path.of(words[1])), Optional.empty());
    var geometry = new Geometry(Long.parseLong(words[2]), 16);
    var total = 0L;
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      var maps = new ArrayList<Future<Long>>();
      for (var i = 0; i < VOLUMES; i++) {
        maps.add(
            workers.submit(
                () -> {
                  try (var volume = new ExportVolume(address, access, Limits.patient())) {
                    var map = new ClusterMap(geometry);
                    ExportMap.read(volume, map, true);
                    return map.count(ClusterStatus.DATA);
                  }
                }));
      }
      for (var map : maps) {
        total += map.get();
      }
    }
    System.out.println("data clusters: " + total);
  }
}
