/**
 * Makes the target's structure like the source's, in three parts: what rows need before they can be loaded, what is faster
 * to build over loaded rows, and what refuses rows and has to wait until both sides agree. {@link
 * io.walferry.job.schema.StructurePlan} is made once, from the source's catalog; {@link io.walferry.job.schema.SchemaSync}
 * and {@link io.walferry.job.schema.PostLoad} carry it out, and can do so again after any interruption.
 */
package io.walferry.job.schema;
