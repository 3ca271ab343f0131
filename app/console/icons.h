// Glyphs of the Material Icons font that the console draws, by the font's own names.
#pragma once

namespace satchel::icon {

inline constexpr const char* kSearch = "\xee\xa2\xb6";
inline constexpr const char* kAdd = "\xee\x85\x85";
inline constexpr const char* kRemove = "\xee\x85\x9b";
inline constexpr const char* kDelete = "\xee\xa1\xb2";
inline constexpr const char* kClose = "\xee\x97\x8d";
inline constexpr const char* kCheck = "\xee\x97\x8a";
inline constexpr const char* kCheckCircle = "\xee\xa1\xac";
inline constexpr const char* kError = "\xee\x80\x80";
inline constexpr const char* kWarning = "\xee\x80\x82";
inline constexpr const char* kInfo = "\xee\xa2\x8e";
inline constexpr const char* kExpandMore = "\xee\x97\x8f";
inline constexpr const char* kExpandLess = "\xee\x97\x8e";
inline constexpr const char* kChevronRight = "\xee\x97\x8c";
inline constexpr const char* kChevronLeft = "\xee\x97\x8b";
inline constexpr const char* kUndo = "\xee\x85\xa6";
inline constexpr const char* kRedo = "\xee\x85\x9a";
inline constexpr const char* kPlayArrow = "\xee\x80\xb7";
inline constexpr const char* kStop = "\xee\x81\x87";
inline constexpr const char* kRefresh = "\xee\x97\x95";
inline constexpr const char* kDarkMode = "\xee\x94\x9c";
inline constexpr const char* kLightMode = "\xee\x94\x98";
inline constexpr const char* kContrast = "\xee\xac\xb7";
inline constexpr const char* kFolder = "\xee\x8b\x87";
inline constexpr const char* kFolderOpen = "\xee\x8b\x88";
inline constexpr const char* kLink = "\xee\x85\x97";
inline constexpr const char* kPerson = "\xee\x9f\xbd";
inline constexpr const char* kGroups = "\xef\x88\xb3";
inline constexpr const char* kGroup = "\xee\x9f\xaf";
inline constexpr const char* kSchedule = "\xee\xa2\xb5";
inline constexpr const char* kSave = "\xee\x85\xa1";
inline constexpr const char* kEdit = "\xee\x8f\x89";
inline constexpr const char* kLock = "\xee\xa2\x97";
inline constexpr const char* kVisibility = "\xee\xa3\xb4";
inline constexpr const char* kContentCopy = "\xee\x85\x8d";
inline constexpr const char* kMoreVert = "\xee\x97\x94";
inline constexpr const char* kArrowUpward = "\xee\x97\x98";
inline constexpr const char* kArrowDownward = "\xee\x97\x9b";
inline constexpr const char* kArrowForward = "\xee\x97\x88";
inline constexpr const char* kAutorenew = "\xee\xa1\xa3";
inline constexpr const char* kStorage = "\xee\x87\x9b";
inline constexpr const char* kDns = "\xee\xa1\xb5";
inline constexpr const char* kAccountTree = "\xee\xa5\xba";
inline constexpr const char* kTableRows = "\xef\x84\x81";
inline constexpr const char* kTableChart = "\xee\x89\xa5";
inline constexpr const char* kInventory2 = "\xee\x86\xa1";
inline constexpr const char* kReceiptLong = "\xee\xbd\xae";
inline constexpr const char* kSupportAgent = "\xef\x83\xa2";
inline constexpr const char* kEvent = "\xee\xa1\xb8";
inline constexpr const char* kTaskAlt = "\xee\x8b\xa6";
inline constexpr const char* kTrendingUp = "\xee\xa3\xa5";
inline constexpr const char* kApartment = "\xee\xa9\x80";
inline constexpr const char* kBadge = "\xee\xa9\xa7";
inline constexpr const char* kSell = "\xef\x81\x9b";
inline constexpr const char* kHandyman = "\xef\x84\x8b";
inline constexpr const char* kPhone = "\xee\x83\x8d";
inline constexpr const char* kMail = "\xee\x85\x98";
inline constexpr const char* kNote = "\xee\x81\xaf";
inline constexpr const char* kDescription = "\xee\xa1\xb3";
inline constexpr const char* kCloud = "\xee\x8a\xbd";
inline constexpr const char* kCloudOff = "\xee\x8b\x81";
inline constexpr const char* kCloudDone = "\xee\x8a\xbf";
inline constexpr const char* kCloudSync = "\xee\xad\x9a";
inline constexpr const char* kCloudQueue = "\xee\x8b\x82";
inline constexpr const char* kCloudDownload = "\xee\x8b\x80";
inline constexpr const char* kOfflineBolt = "\xee\xa4\xb2";
inline constexpr const char* kUnfoldMore = "\xee\x97\x97";
inline constexpr const char* kDoNotDisturbOn = "\xee\x99\x84";
inline constexpr const char* kRemoveCircle = "\xee\x85\x9c";
inline constexpr const char* kFilterAlt = "\xee\xbd\x8f";
inline constexpr const char* kTune = "\xee\x90\xa9";
inline constexpr const char* kLayers = "\xee\x94\xbb";
inline constexpr const char* kSwapHoriz = "\xee\xa3\x94";
inline constexpr const char* kKeyboard = "\xee\x8c\x92";
inline constexpr const char* kZoomIn = "\xee\xa3\xbf";
inline constexpr const char* kZoomOut = "\xee\xa4\x80";
inline constexpr const char* kHistory = "\xee\xa2\x89";
inline constexpr const char* kFactCheck = "\xef\x83\x85";
inline constexpr const char* kVerified = "\xee\xbd\xb6";
inline constexpr const char* kFunctions = "\xee\x89\x8a";
inline constexpr const char* kToggleOn = "\xee\xa7\xb6";
inline constexpr const char* kCalendarMonth = "\xee\xaf\x8c";
inline constexpr const char* kNotes = "\xee\x89\xac";
inline constexpr const char* kNumbers = "\xee\xab\x87";
inline constexpr const char* kAttachMoney = "\xee\x88\xa7";
inline constexpr const char* kKey = "\xee\x9c\xbc";
inline constexpr const char* kList = "\xee\xa2\x96";
inline constexpr const char* kLinkOff = "\xee\x85\xaf";
inline constexpr const char* kRule = "\xef\x87\x82";
inline constexpr const char* kVerticalSplit = "\xee\xa5\x89";
inline constexpr const char* kReadMore = "\xee\xbd\xad";
inline constexpr const char* kRadioButtonUnchecked = "\xee\xa0\xb6";
inline constexpr const char* kPending = "\xee\xbd\xa4";
inline constexpr const char* kLogout = "\xee\xa6\xba";
inline constexpr const char* kArrowDropUp = "\xee\x97\x87";
inline constexpr const char* kArrowDropDown = "\xee\x97\x85";
inline constexpr const char* kPercent = "\xee\xad\x98";
inline constexpr const char* kTextFields = "\xee\x89\xa2";
inline constexpr const char* kEventNote = "\xee\x98\x96";
inline constexpr const char* kFingerprint = "\xee\xa4\x8d";
inline constexpr const char* kPeopleAlt = "\xee\xa8\xa1";
inline constexpr const char* kManageAccounts = "\xef\x80\xae";
inline constexpr const char* kSettingsEthernet = "\xee\xa2\xbe";
inline constexpr const char* kMap = "\xee\x95\x9b";
inline constexpr const char* kWork = "\xee\xa3\xb9";
inline constexpr const char* kBuild = "\xee\xa1\xa9";
inline constexpr const char* kCampaign = "\xee\xbd\x89";
inline constexpr const char* kStickyNote2 = "\xef\x87\xbc";
inline constexpr const char* kHourglassEmpty = "\xee\xa2\x8b";
inline constexpr const char* kViewSidebar = "\xef\x84\x94";
inline constexpr const char* kBolt = "\xee\xa8\x8b";
inline constexpr const char* kLogin = "\xee\xa9\xb7";
inline constexpr const char* kNotifications = "\xee\x9f\xb4";
inline constexpr const char* kTimer = "\xee\x90\xa5";
inline constexpr const char* kWifi = "\xee\x98\xbe";
inline constexpr const char* kWifiOff = "\xee\x99\x88";
inline constexpr const char* kDragIndicator = "\xee\xa5\x85";
inline constexpr const char* kRocketLaunch = "\xee\xae\x9b";
inline constexpr const char* kSettings = "\xee\xa2\xb8";
inline constexpr const char* kSync = "\xee\x98\xa7";
inline constexpr const char* kSwapVert = "\xee\xa3\x95";
inline constexpr const char* kChecklist = "\xee\x9a\xb1";
inline constexpr const char* kContentPaste = "\xee\x85\x8f";
inline constexpr const char* kRestore = "\xee\xa2\xb3";
inline constexpr const char* kFlag = "\xee\x85\x93";
inline constexpr const char* kCallSplit = "\xee\x82\xb6";
inline constexpr const char* kViewColumn = "\xee\xa3\xac";
inline constexpr const char* kFileDownload = "\xee\x8b\x84";
inline constexpr const char* kFilterList = "\xee\x85\x92";
inline constexpr const char* kSmartphone = "\xee\x8c\xac";
inline constexpr const char* kSignalCellularAlt = "\xee\x88\x82";
inline constexpr const char* kBatteryFull = "\xee\x86\xa4";
inline constexpr const char* kAddCircle = "\xee\x85\x87";
inline constexpr const char* kFastForward = "\xee\x80\x9f";
inline constexpr const char* kSkipNext = "\xee\x81\x84";
inline constexpr const char* kSyncProblem = "\xee\x98\xa9";
inline constexpr const char* kSyncDisabled = "\xee\x98\xa8";
inline constexpr const char* kCloudUpload = "\xee\x8b\x83";
inline constexpr const char* kArrowBack = "\xee\x97\x84";
inline constexpr const char* kPowerSettingsNew = "\xee\xa2\xac";
inline constexpr const char* kScience = "\xee\xa9\x8b";
inline constexpr const char* kPublic = "\xee\xa0\x8b";
inline constexpr const char* kSystemUpdate = "\xee\x98\xaa";
inline constexpr const char* kAutoAwesome = "\xee\x99\x9f";
inline constexpr const char* kBlock = "\xee\x85\x8b";

// Every glyph above: what the icon fonts are built from.
inline constexpr const char* kAll =
    "\xee\xa2\xb6"
    "\xee\x85\x85"
    "\xee\x85\x9b"
    "\xee\xa1\xb2"
    "\xee\x97\x8d"
    "\xee\x97\x8a"
    "\xee\xa1\xac"
    "\xee\x80\x80"
    "\xee\x80\x82"
    "\xee\xa2\x8e"
    "\xee\x97\x8e"
    "\xee\x97\x8f"
    "\xee\x97\x8c"
    "\xee\x97\x8b"
    "\xee\x85\xa6"
    "\xee\x85\x9a"
    "\xee\x80\xb7"
    "\xee\x81\x87"
    "\xee\x97\x95"
    "\xee\x94\x9c"
    "\xee\x94\x98"
    "\xee\xac\xb7"
    "\xee\x8b\x87"
    "\xee\x8b\x88"
    "\xee\x85\x97"
    "\xee\x9f\xbd"
    "\xef\x88\xb3"
    "\xee\x9f\xaf"
    "\xee\xa2\xb5"
    "\xee\x85\xa1"
    "\xee\x8f\x89"
    "\xee\xa2\x97"
    "\xee\xa3\xb4"
    "\xee\x85\x8d"
    "\xee\x97\x94"
    "\xee\x97\x98"
    "\xee\x97\x9b"
    "\xee\x97\x88"
    "\xee\xa1\xa3"
    "\xee\x87\x9b"
    "\xee\xa1\xb5"
    "\xee\xa5\xba"
    "\xef\x84\x81"
    "\xee\x89\xa5"
    "\xee\x86\xa1"
    "\xee\xbd\xae"
    "\xef\x83\xa2"
    "\xee\xa1\xb8"
    "\xee\x8b\xa6"
    "\xee\xa3\xa5"
    "\xee\xa9\x80"
    "\xee\xa9\xa7"
    "\xef\x81\x9b"
    "\xef\x84\x8b"
    "\xee\x83\x8d"
    "\xee\x85\x98"
    "\xee\x81\xaf"
    "\xee\xa1\xb3"
    "\xee\x8a\xbd"
    "\xee\x8b\x81"
    "\xee\x8a\xbf"
    "\xee\xad\x9a"
    "\xee\x8b\x82"
    "\xee\x8b\x80"
    "\xee\xa4\xb2"
    "\xee\x97\x97"
    "\xee\x99\x84"
    "\xee\x85\x9c"
    "\xee\xbd\x8f"
    "\xee\x90\xa9"
    "\xee\x94\xbb"
    "\xee\xa3\x94"
    "\xee\x8c\x92"
    "\xee\xa3\xbf"
    "\xee\xa4\x80"
    "\xee\xa2\x89"
    "\xef\x83\x85"
    "\xee\xbd\xb6"
    "\xee\x89\x8a"
    "\xee\xa7\xb6"
    "\xee\xaf\x8c"
    "\xee\x89\xac"
    "\xee\xab\x87"
    "\xee\x88\xa7"
    "\xee\x9c\xbc"
    "\xee\xa2\x96"
    "\xee\x85\xaf"
    "\xef\x87\x82"
    "\xee\xa5\x89"
    "\xee\xbd\xad"
    "\xee\xa0\xb6"
    "\xee\xbd\xa4"
    "\xee\xa6\xba"
    "\xee\xa3\xac"
    "\xee\x8b\x84"
    "\xee\x97\x87"
    "\xee\x97\x85"
    "\xee\xad\x98"
    "\xee\x89\xa2"
    "\xee\x98\x96"
    "\xee\xa4\x8d"
    "\xee\xa8\xa1"
    "\xef\x80\xae"
    "\xee\xa2\xbe"
    "\xee\x95\x9b"
    "\xee\xa3\xb9"
    "\xee\xa1\xa9"
    "\xee\xbd\x89"
    "\xef\x87\xbc"
    "\xee\xa2\x8b"
    "\xef\x84\x94"
    "\xee\xa8\x8b"
    "\xee\xa9\xb7"
    "\xee\x9f\xb4"
    "\xee\x90\xa5"
    "\xee\x98\xbe"
    "\xee\x99\x88"
    "\xee\xa5\x85"
    "\xee\xae\x9b"
    "\xee\xa2\xb8"
    "\xee\x98\xa7"
    "\xee\xa3\x95"
    "\xee\x9a\xb1"
    "\xee\x85\x8f"
    "\xee\xa2\xb3"
    "\xee\x85\x93"
    "\xee\x82\xb6"
    "\xee\x85\x92"
    "\xee\x8c\xac"
    "\xee\x88\x82"
    "\xee\x86\xa4"
    "\xee\x85\x87"
    "\xee\x80\x9f"
    "\xee\x81\x84"
    "\xee\x98\xa9"
    "\xee\x98\xa8"
    "\xee\x8b\x83"
    "\xee\x97\x84"
    "\xee\xa2\xac"
    "\xee\xa9\x8b"
    "\xee\xa0\x8b"
    "\xee\x98\xaa"
    "\xee\x99\x9f"
    "\xee\x85\x8b"
    "";

}  // namespace satchel::icon
