// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import java.util.List;

/**
 * A comparison.
 *
 * @param name what a user asks for it by
 * @param words what is measured
 * @param preparation what has to be in the store; done once, and brought back before every run
 * @param contenders ours first, then the peers
 * @param check throws when the last run of ours left something else than it should; ends with the
 *     negative control, a byte changed that has to be found
 */
record Row(
    String name, String words, Runnable preparation, List<Contender> contenders, Runnable check) {
  Contender ours() {
    return contenders.getFirst();
  }
}
