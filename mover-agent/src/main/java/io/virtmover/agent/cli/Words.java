// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.Addresses;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.DiskSize;
import java.util.Optional;
import java.util.regex.Pattern;

/** The small languages of the command line. */
final class Words {
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,18})(|K|M|G|T|Ki|Mi|Gi|Ti|KiB|MiB|GiB|TiB)");
  private static final Pattern DISK_OPTION =
      Pattern.compile("(.*),(pvc|size|atMost|type)=([^,]*)", Pattern.DOTALL);

  private Words() {}

  /**
   * {@code VOLUME=SOURCE[,pvc=NAME][,size=BYTES|,atMost=BYTES][,type=full]}; a source may contain
   * commas.
   *
   * @param usual the type of a disk that does not say it
   */
  static BackUp.Disk disk(String text, BackupType usual) {
    var equals = text.indexOf('=');
    if (equals <= 0 || text.substring(0, equals).contains("://")) {
      throw invalid(
          "'%s' is not a disk: write VOLUME=SOURCE[,pvc=NAME][,size=BYTES|,atMost=BYTES][,type=full]."
              .formatted(Addresses.shown(text)));
    }
    var source = text.substring(equals + 1);
    var pvc = Optional.<String>empty();
    var size = Optional.<DiskSize>empty();
    var type = usual;
    for (var option = DISK_OPTION.matcher(source);
        option.matches();
        option = DISK_OPTION.matcher(source)) {
      switch (option.group(2)) {
        case "pvc" -> pvc = Optional.of(option.group(3));
        case "size" -> size = once(size, new DiskSize.Exactly(bytes(option.group(3))));
        case "atMost" -> size = once(size, new DiskSize.AtMost(bytes(option.group(3))));
        default -> type = BackupType.parse(option.group(3));
      }
      source = option.group(1);
    }
    if (source.isEmpty()) {
      throw invalid(
          "Disk '%s' has no source: name a qcow2 file or an https address."
              .formatted(text.substring(0, equals)));
    }
    var volume = new VolumeName(text.substring(0, equals));
    return new BackUp.Disk(
        volume, type, OriginWords.of(volume, source, size), pvc, Optional.empty());
  }

  private static Optional<DiskSize> once(Optional<DiskSize> before, DiskSize size) {
    if (before.isPresent()) {
      throw invalid("A disk's size is given twice: write either size or atMost, and once.");
    }
    return Optional.of(size);
  }

  /** A positive number of bytes, with K, M, G, T (powers of 1024) where wanted. */
  static long bytes(String text) {
    var size = SIZE.matcher(text);
    if (!size.matches()) {
      throw invalid("'%s' is not a size: write bytes, or 64Mi, 2Gi.".formatted(text));
    }
    var unit = size.group(2).isEmpty() ? ' ' : size.group(2).charAt(0);
    var shift =
        switch (unit) {
          case 'K' -> 10;
          case 'M' -> 20;
          case 'G' -> 30;
          case 'T' -> 40;
          default -> 0;
        };
    var number = Long.parseLong(size.group(1));
    if (number == 0) {
      throw invalid("'%s' is no size: at least one byte is needed.".formatted(text));
    }
    if (number > Long.MAX_VALUE >> shift) {
      throw invalid("'%s' is too large a size.".formatted(text));
    }
    return number << shift;
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
