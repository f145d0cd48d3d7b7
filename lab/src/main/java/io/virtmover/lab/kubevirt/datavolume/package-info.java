// SPDX-License-Identifier: Apache-2.0
/**
 * A small stand-in for CDI: a DataVolume gets a claim with its name and an image on it, once. It
 * tells a claim that is populated already from one that is not as CDI does, so a disk that would be
 * imported again after a restore is overwritten here too. Source: containerized-data-importer,
 * {@code pkg/controller/datavolume/controller-base.go}.
 */
@NullMarked
package io.virtmover.lab.kubevirt.datavolume;

import org.jspecify.annotations.NullMarked;
