// SPDX-License-Identifier: Apache-2.0
/** A client of QEMU's NBD server (NBD protocol, newstyle, structured replies). */
@NullMarked
package io.virtmover.lab.nbd;

import org.jspecify.annotations.NullMarked;
