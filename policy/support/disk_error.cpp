#include "policy/support/disk_error.h"

#include <cerrno>
#include <cstring>

namespace satchel {

std::string DiskTrouble(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return "you have no permission (ask for it, or choose another place)";
    case EROFS:
      return "the disk is read-only (choose another folder)";
    case ENOENT:
      return "its folder does not exist (create it first)";
    case ENOTDIR:
    case EEXIST:
      return "a file is in the place of its folder (choose another place)";
    case EISDIR:
      return "it is a folder (name a file in it)";
    case ENOSPC:
    case EDQUOT:
      return "the disk is full (free some space, then run it again)";
    case ENAMETOOLONG:
      return "the name is too long (choose a shorter one)";
    case EMFILE:
    case ENFILE:
      return "too many files are open (close some programs, then run it again)";
    default:
      return std::string(std::strerror(error)) + " (check the disk, or choose another place)";
  }
}

}  // namespace satchel
