// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import java.util.List;

/**
 * What a verification found.
 *
 * @param unverifiable images without recorded checksums, of which only the structure was checked
 * @param retagged images with another entity tag than recorded, as copies have
 * @param damages the first of them
 * @param damageCount all of them
 * @param unusable backups that cannot be restored for another reason than damaged images
 */
public record VerifyReport(
    int backups,
    int images,
    int unverifiable,
    int retagged,
    long bytesRead,
    List<Damage> damages,
    long damageCount,
    List<Unusable> unusable)
    implements Report {
  public VerifyReport {
    damages = List.copyOf(damages);
    unusable = List.copyOf(unusable);
  }
}
