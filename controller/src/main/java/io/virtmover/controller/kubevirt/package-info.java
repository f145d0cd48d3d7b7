// SPDX-License-Identifier: Apache-2.0
/** KubeVirt's objects: what is read of them, and those that are made. */
@NullMarked
package io.virtmover.controller.kubevirt;

import org.jspecify.annotations.NullMarked;
