// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import java.util.List;

/**
 * A comparison.
 *
 * @param name what a user asks for it by
 * @param words what is measured
 * @param preparation what has to be in the store; done once, and brought back before every run
 * @param contenders ours first, whose check ends with the negative control (a byte changed that has
 *     to be found), then the peers
 */
record Row(String name, String words, Runnable preparation, List<Contender> contenders) {}
