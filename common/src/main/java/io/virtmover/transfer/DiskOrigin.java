// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.failure.Addresses;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Where a disk's blocks are to be had. */
public sealed interface DiskOrigin {
  /**
   * A qcow2 file that KubeVirt pushed.
   *
   * @param size bytes that the guest is said to see, where that is known
   */
  record PushedFile(Path file, OptionalLong size) implements DiskOrigin {
    public PushedFile {
      size.ifPresent(DiskSize.Exactly::new);
    }
  }

  /**
   * A volume behind KubeVirt's export endpoints.
   *
   * @param address https
   * @param size what the guest sees, which an export's map does not tell reliably
   */
  record Export(URI address, DiskSize size) implements DiskOrigin {
    public Export {
      if (!"https".equalsIgnoreCase(address.getScheme())) {
        throw invalid(
            "'%s' is not an https address, over which alone an export is read."
                .formatted(Addresses.shown(address)));
      }
    }

    /**
     * Reads the address.
     *
     * @throws VirtMoverException {@code INVALID_REQUEST} for what is none
     */
    public static Export of(String address, DiskSize size) {
      try {
        return new Export(new URI(address), size);
      } catch (URISyntaxException e) {
        // The exception repeats the text, and that may hold a password: it is no cause to keep.
        throw invalid("'%s' is not an address.".formatted(Addresses.shown(address)));
      }
    }
  }

  /** Another word for it, as in the bucket: {@code push} or {@code pull}. */
  default String mode() {
    return switch (this) {
      case PushedFile _ -> "push";
      case Export _ -> "pull";
    };
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
