#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

static const char cgroup_root[] = "/sys/fs/cgroup";

/* Where the view is put together before it is moved into place; only this process sees what is mounted there. */
static const char workbench[] = "/proc";

/* A hierarchy that is a link (cpu -> cpu,cpuacct) becomes the same link. */
static bool bind_hierarchy(const char* name) {
  struct text from = {0};
  text_add(&from, cgroup_root);
  text_add(&from, "/");
  text_add(&from, name);
  struct text to = {0};
  text_add(&to, workbench);
  text_add(&to, "/");
  text_add(&to, name);
  char target[name_size];
  ssize_t size = readlink(from.bytes, target, sizeof target - 1);
  if (size > 0) {
    target[size] = 0;
    return symlink(target, to.bytes) == 0;
  }
  return mkdir(to.bytes, 0755) == 0 && mount(from.bytes, to.bytes, NULL, MS_BIND, NULL) == 0;
}

bool enter_cgroup_view(const struct cgroup_view* view) {
  if (view->hierarchies == NULL) return true;
  if (unshare(CLONE_NEWNS) != 0) return false;
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return false;
  if (mount("tmpfs", workbench, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755,size=64k") != 0) return false;
  char name[name_size];
  for (const char* at = view->hierarchies; *at != 0;) {
    size_t size = strcspn(at, ":");
    if (size >= sizeof name) return false;
    memcpy(name, at, size);
    name[size] = 0;
    if (!bind_hierarchy(name)) return false;
    at += size + (at[size] == ':' ? 1U : 0U);
  }
  return mount(workbench, cgroup_root, NULL, MS_MOVE, NULL) == 0;
}

/* Between fork and exec: no locks, no allocation, only system calls. */
static void become_crun(const struct launch* launch, const struct cgroup_view* view, char** arguments) {
  for (int fd = 0; fd < 3; ++fd) {
    if (dup2(launch->stdio[fd], fd) < 0) _exit(125);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (!enter_cgroup_view(view)) {
    complain("making the view of cgroups");
    _exit(125);
  }
  static char* environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
  char program[] = "/proc/self/fd/4";
  execve(program, arguments, environment);
  complain("executing crun");
  _exit(125);
}

static char* under(struct text* path, const char* before, const char* directory, const char* name) {
  path->used = 0;
  text_add(path, before);
  text_add(path, directory);
  text_add(path, name);
  return path->bytes;
}

pid_t launch_crun(const struct launch* launch, const struct cgroup_view* view) {
  /* The child of vfork shares these; it only reads them. */
  static struct text root, log, bundle, pid_file, console, id;
  id.used = 0;
  text_add(&id, launch->crun_id);
  char* arguments[20];
  int count = 0;
  arguments[count++] = "crun";
  arguments[count++] = "--root";
  arguments[count++] = under(&root, "", launch->directory, "/crun");
  arguments[count++] = under(&log, "--log=file:", launch->directory, "/crun.log");
  arguments[count++] = "run";
  arguments[count++] = "--detach";
  arguments[count++] = "--bundle";
  arguments[count++] = under(&bundle, "", launch->directory, "/bundle");
  arguments[count++] = "--pid-file";
  arguments[count++] = under(&pid_file, "", launch->directory, "/pid");
  if (launch->tty) {
    arguments[count++] = "--console-socket";
    arguments[count++] = under(&console, "", launch->directory, "/console.sock");
  }
  arguments[count++] = id.bytes;
  arguments[count] = NULL;
  pid_t child = vfork();
  if (child == 0) become_crun(launch, view, arguments);
  return child;
}

/* roadstead-shim enter [--hierarchies a:b:…] -- arguments of crun…: crun with the right view of cgroups, for commands
 * that the agent itself runs inside containers. */
int enter(int argc, char** argv) {
  struct cgroup_view view = {NULL};
  int at = 2;
  if (at + 1 < argc && strcmp(argv[at], "--hierarchies") == 0) {
    view.hierarchies = argv[at + 1];
    at += 2;
  }
  if (at >= argc || strcmp(argv[at], "--") != 0) return 125;
  if (!enter_cgroup_view(&view)) {
    complain("making the view of cgroups");
    return 125;
  }
  argv[at] = "crun";
  fcntl(SHIM_CRUN_FD, F_SETFD, FD_CLOEXEC);
  execv("/proc/self/fd/4", argv + at);
  complain("executing crun");
  return 125;
}
