// SPDX-License-Identifier: Apache-2.0
/** The stand-in for KubeVirt's control plane as a whole: all its controllers and webhooks. */
@NullMarked
package io.virtmover.lab.kubevirt.standin;

import org.jspecify.annotations.NullMarked;
