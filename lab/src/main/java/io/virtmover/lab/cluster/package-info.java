// SPDX-License-Identifier: Apache-2.0
/**
 * The laboratory's part of the cluster as one program, and the command line for its VMs. The
 * program plays what the lab has no real parts for: the volume provisioner, KubeVirt's controllers
 * and the node side of its VMs. The command line is a client of the cluster and of the program's
 * control endpoint.
 */
@NullMarked
package io.virtmover.lab.cluster;

import org.jspecify.annotations.NullMarked;
