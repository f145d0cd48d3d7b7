// SPDX-License-Identifier: Apache-2.0
/**
 * A dynamic volume provisioner for the one node of the lab cluster: persistent volumes of the kind
 * {@code local} over loop devices of exactly the requested size, so that a full volume is really
 * full. State is what exists: images below the state folder, loop devices and mounts of the host,
 * objects of the API server; a restarted provisioner goes on from there.
 */
@NullMarked
package io.virtmover.lab.provisioner;

import org.jspecify.annotations.NullMarked;
