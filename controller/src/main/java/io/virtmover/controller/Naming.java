// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.virtmover.cluster.VeleroNames;
import io.virtmover.domain.Sha256;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Names and label values of Kubernetes objects, made from names that can be too long for them. */
public final class Naming {
  /** KubeVirt appends {@code -backup-target-pvc} to a VirtualMachineBackup's name. */
  private static final int OBJECT = 45;

  private static final int HASH = 10;

  /** Tries that a request can have after its first. */
  public static final int MOST_RETRIES = 2;

  private Naming() {}

  /** A label value as Velero shortens it: 57 bytes and 6 digits of the SHA-256. */
  public static String label(String text) {
    return VeleroNames.label(text);
  }

  /** The value of the label by which a VM's tracker is found; the Go project uses the same. */
  public static String vmHash(String vmName) {
    return Sha256.hex(vmName).substring(0, 16);
  }

  /**
   * The name of the objects of one try of a request: readable at its start, and never that of
   * another.
   *
   * @param uid the request's
   */
  public static String object(String request, String uid, int retries) {
    var hash = Sha256.hex(uid + "/" + retries).substring(0, HASH);
    var room = OBJECT - HASH - 1;
    var start = request.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    var cut = start.substring(0, Math.min(room, start.length())).replaceAll("^[^a-z]+|-+$", "");
    return (cut.isEmpty() ? "vm" : cut) + "-" + hash;
  }

  /** The names of all tries that a request can have. */
  public static List<String> objects(ObjectMeta request) {
    return IntStream.rangeClosed(0, MOST_RETRIES)
        .mapToObj(retries -> object(request.getName(), request.getUid(), retries))
        .toList();
  }
}
