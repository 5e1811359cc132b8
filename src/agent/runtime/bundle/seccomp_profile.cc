#include "agent/runtime/bundle/seccomp_profile.h"

namespace roadstead {
namespace {

constexpr std::string_view files = R"(
  access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
  fadvise64_64 fallocate fchdir fchmod fchmodat fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock
  fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents
  getdents64 getxattr ioctl lchown lchown32 lgetxattr link linkat listxattr llistxattr _llseek lremovexattr lseek lsetxattr
  lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at newfstatat open openat openat2 pread64 preadv preadv2 pwrite64
  pwritev pwritev2 read readahead readlink readlinkat readv removexattr rename renameat renameat2 rmdir sendfile sendfile64
  setxattr splice stat stat64 statfs statfs64 statx symlink symlinkat sync sync_file_range syncfs tee truncate truncate64
  umask unlink unlinkat utime utimensat utimensat_time64 utimes vmsplice write writev pipe pipe2 memfd_create memfd_secret
  inotify_add_watch inotify_init inotify_init1 inotify_rm_watch fanotify_mark)";

constexpr std::string_view waiting = R"(
  epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2
  poll ppoll ppoll_time64 pselect6 pselect6_time64 select _newselect signalfd signalfd4 futex futex_time64 futex_waitv
  io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit)";

constexpr std::string_view memory = R"(
  brk madvise membarrier mincore mlock mlock2 mlockall mmap mmap2 mprotect mremap msync munlock munlockall munmap pkey_alloc
  pkey_free pkey_mprotect process_mrelease remap_file_pages shmat shmctl shmdt shmget semctl semget semop semtimedop
  semtimedop_time64 msgctl msgget msgrcv msgsnd mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64
  mq_timedsend mq_timedsend_time64 mq_unlink ipc)";

constexpr std::string_view network = R"(
  accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64 recvmsg send
  sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair)";

constexpr std::string_view processes = R"(
  capget capset execve execveat exit exit_group fork get_robust_list get_thread_area getcpu getegid getegid32 geteuid
  geteuid32 getgid getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid getpriority getresgid getresgid32 getresuid
  getresuid32 getrlimit getrusage getsid gettid getuid getuid32 ioprio_get ioprio_set kill landlock_add_rule
  landlock_create_ruleset landlock_restrict_self pause pidfd_open pidfd_send_signal prctl prlimit64 process_vm_readv
  process_vm_writev ptrace restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn
  rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min
  sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64
  sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield seccomp set_robust_list set_thread_area
  set_tid_address setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid setpriority setregid
  setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid setuid setuid32 sigaltstack
  sigprocmask sigreturn sysinfo tgkill tkill ugetrlimit uname vfork wait4 waitid waitpid getrandom
  arch_prctl modify_ldt riscv_flush_icache s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr swapcontext
  sync_file_range2 arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls)";

constexpr std::string_view time = R"(
  adjtimex alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64
  clock_nanosleep clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer time timer_create timer_delete
  timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime
  timerfd_gettime64 timerfd_settime timerfd_settime64 times)";

constexpr std::string_view administration = R"(
  bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie mount mount_setattr move_mount open_tree
  perf_event_open quotactl quotactl_fd setdomainname sethostname setns syslog umount umount2 unshare)";

}  // namespace

const std::vector<SeccompGroup>& seccomp_groups() {
  static const std::vector<SeccompGroup> groups{
      {"", files},
      {"", waiting},
      {"", memory},
      {"", network},
      {"", processes},
      {"", time},
      {"SYS_ADMIN", administration},
      {"DAC_READ_SEARCH", "open_by_handle_at"},
      {"SYS_BOOT", "reboot"},
      {"SYS_CHROOT", "chroot"},
      {"SYS_MODULE", "delete_module init_module finit_module"},
      {"SYS_PACCT", "acct"},
      {"SYS_PTRACE", "kcmp pidfd_getfd process_madvise"},
      {"SYS_RAWIO", "iopl ioperm"},
      {"SYS_TIME", "settimeofday stime clock_settime clock_settime64"},
      {"SYS_TTY_CONFIG", "vhangup"},
      {"SYS_NICE", "get_mempolicy mbind set_mempolicy set_mempolicy_home_node"},
      {"SYSLOG", "syslog"},
      {"BPF", "bpf"},
      {"PERFMON", "perf_event_open"},
  };
  return groups;
}

}  // namespace roadstead
