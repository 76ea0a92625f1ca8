/* SPDX-License-Identifier: MIT */
/**
 * @file ctx.h
 * @brief The context: which system is worked on.
 */
#ifndef LIBSWAPCFG_CTX_H
#define LIBSWAPCFG_CTX_H

#include <stdbool.h>

#include <libswapcfg/error.h>
#include <libswapcfg/visibility.h>

SWAPCFG_BEGIN

/** The system that is worked on. Never changes; shared freely between threads. */
struct swapcfg_ctx;

/**
 * @brief Opens the running system, or the tree of another one.
 *
 * With a root other than "/" the context is *offline*: areas can be allocated, formatted and kept
 * in the boot configuration below that directory, but not activated, since the running kernel is
 * not the one that will use them. All paths are then seen from inside that root; neither ".." nor a
 * symbolic link leads out of it.
 *
 * @param root a directory; optional, NULL means "/"
 * @param[out] ret the context, to be released with swapcfg_ctx_unref()
 * @param[out] reterr the failure; optional
 * @retval 0 done
 * @retval -ENOENT the root does not exist (missing)
 * @retval -ENOTDIR the root is not a directory (invalid-argument)
 * @retval -EACCES, -ELOOP, -ENAMETOOLONG, -EMFILE, -ENFILE the root cannot be opened (system)
 * @retval -ENOMEM no memory (no-memory)
 *
 * The context holds one descriptor, of the root.
 * @since 0.1
 */
SWAPCFG_MUST int swapcfg_ctx_new(const char *root, struct swapcfg_ctx **ret,
				 struct swapcfg_error **reterr);

/**
 * @brief Takes one more reference.
 * @param ctx the context
 * @return @p ctx. Safe from any thread.
 * @since 0.1
 */
SWAPCFG_API struct swapcfg_ctx *swapcfg_ctx_ref(struct swapcfg_ctx *ctx);

/**
 * @brief Drops a reference; the last one frees the context. Safe from any thread.
 * @param ctx the context; optional
 * @since 0.1
 */
SWAPCFG_API void swapcfg_ctx_unref(struct swapcfg_ctx *ctx);

/**
 * @brief The root as it was given.
 * @param ctx the context
 * @return The root; "/" for the running system. Lives as long as the context.
 * @since 0.1
 */
SWAPCFG_API const char *swapcfg_ctx_root(const struct swapcfg_ctx *ctx);

/**
 * @brief Whether the context is about a tree that is not running.
 * @param ctx the context
 * @return true where the root is not the running system's.
 * @since 0.1
 */
SWAPCFG_API bool swapcfg_ctx_is_offline(const struct swapcfg_ctx *ctx);

SWAPCFG_END

#endif
