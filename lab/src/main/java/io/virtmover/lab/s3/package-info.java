// SPDX-License-Identifier: Apache-2.0
/** Real S3 servers to test against, and a proxy that counts and breaks things. */
@NullMarked
package io.virtmover.lab.s3;

import org.jspecify.annotations.NullMarked;
