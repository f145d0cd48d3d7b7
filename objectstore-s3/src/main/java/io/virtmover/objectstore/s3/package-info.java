// SPDX-License-Identifier: Apache-2.0
/** S3 and its compatibles behind the object store port; the only package that knows the AWS SDK. */
@NullMarked
package io.virtmover.objectstore.s3;

import org.jspecify.annotations.NullMarked;
