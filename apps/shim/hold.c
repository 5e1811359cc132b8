/* The holder: the process that keeps the namespaces alive which all containers of a task share (pidMode and ipcMode "task").
 *
 *   keeper ──clone──> holder: pid 1 of the shared pid namespace, owner of the shared ipc namespace
 *                       │ takes everything away from itself, says one byte, and closes its last descriptor
 *                       ▼
 *                     reaps orphans until it is killed, and the whole pid namespace with it
 *
 * Containers see it, and one with SYS_PTRACE may do with it what it likes. So it has nothing that they have not: no files but an
 * empty root, the task's network, no user of power, no capability, no descriptor, and hardly a system call.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shim.h"

enum { nobody = 65534 };

#if defined(__x86_64__)
static const uint32_t this_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
static const uint32_t this_architecture = AUDIT_ARCH_AARCH64;
#else
#error "the holder's filter knows no such processor"
#endif

#define ALLOW(call)                                       \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1), \
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* An empty directory as root; what was mounted before is gone for this process. */
static bool enter_empty_root(void) {
  static const char somewhere[] = "/proc";
  return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount("none", somewhere, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, "mode=555,size=4k") == 0 &&
         chdir(somewhere) == 0 && syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0 && chdir("/") == 0;
}

/* Without the library: it would look for the keeper's other thread, which is not here. */
static bool drop_powers(void) {
  return syscall(SYS_setgroups, 0, NULL) == 0 && syscall(SYS_setresgid, nobody, nobody, nobody) == 0 &&
         syscall(SYS_setresuid, nobody, nobody, nobody) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* Leaves what reaping needs, and what tells the keeper that all is done: with no descriptor left, the two do nothing any more.
 * Everything else answers EPERM, also when somebody else's code makes the call. */
static bool forbid_system_calls(void) {
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, this_architecture, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      ALLOW(rt_sigtimedwait),
      ALLOW(wait4),
      ALLOW(restart_syscall),
      ALLOW(exit_group),
      ALLOW(write),
      ALLOW(close),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  };
  struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

static void hold(int ready, int network) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_SETMASK, &children, NULL);
  prctl(PR_SET_NAME, "roadstead-hold");
  if ((network >= 0 && setns(network, CLONE_NEWNET) != 0) || !enter_empty_root() || !drop_powers()) _exit(125);
  if (dup2(ready, 0) != 0 || close_range(1, ~0U, 0) != 0 || !forbid_system_calls() || write(0, "", 1) != 1) _exit(125);
  close(0);
  for (;;) {
    sigwaitinfo(&children, NULL);
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
  }
}

pid_t start_holder(const char* shared, const char* network) {
  unsigned long flags = CLONE_NEWNS | SIGCHLD;
  if (strchr(shared, 'p') != NULL) flags |= CLONE_NEWPID;
  if (strchr(shared, 'i') != NULL) flags |= CLONE_NEWIPC;
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) return -1;
  int netns = *network == 0 ? -1 : open(network, O_RDONLY | O_CLOEXEC);
  pid_t holder = *network != 0 && netns < 0 ? -1 : (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, 0UL);
  if (holder == 0) hold(ready[1], netns);
  int problem = errno;
  close(ready[1]);
  if (netns >= 0) close(netns);
  char byte;
  bool confined = holder > 0 && read(ready[0], &byte, 1) == 1 && read(ready[0], &byte, 1) == 0;
  close(ready[0]);
  if (confined) return holder;
  if (holder > 0) waitpid(holder, NULL, 0);
  errno = holder > 0 ? EPERM : problem;
  return -1;
}
