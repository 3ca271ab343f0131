// The controller's part of the start screen: profiles, the sandbox, new policies, kept schemas.
#include "app/console/controller.h"
#include "app/console/start/kept_schema.h"
#include "policy/check/starting_point.h"
#include "policy/support/text.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"

namespace satchel {

// Whether a secret is there may be a question to the keyring: not for the console thread.
void Controller::ReadProfiles() {
  jobs_.Submit(
      Lane::kDisk, "Reading connection profiles", false,
      [bench = workbench_](JobContext&) { return bench->Profiles(); },
      [this](Result<std::vector<KnownProfile>> profiles) {
        state_.start.profiles_error = profiles ? "" : profiles.error().message;
        if (!profiles) return;
        state_.start.profiles = std::move(*profiles);
        state_.servers.clear();
        for (const KnownProfile& known : state_.start.profiles) {
          state_.servers.push_back(known.profile.name);
        }
      });
}

void Controller::Handle(const AddProfile& c) {
  jobs_.Submit(
      Lane::kDisk, "Keeping the profile", false,
      [bench = workbench_, profile = c.profile](JobContext&) { return bench->AddProfile(profile); },
      [this, name = c.profile.name](const Result<>& added) {
        if (!added) {
          state_.start.profiles_error = added.error().message;
          return;
        }
        state_.start.profiles_error.clear();
        ReadProfiles();
        Handle(TestProfile{name});
      });
}

void Controller::Handle(const RemoveProfile& c) {
  std::optional<Profile> was;
  for (const KnownProfile& known : state_.start.profiles) {
    if (known.profile.name == c.name) was = known.profile;
  }
  jobs_.Submit(
      Lane::kDisk, "Removing the profile", false,
      [bench = workbench_, name = c.name](JobContext&) { return bench->RemoveProfile(name); },
      [this, name = c.name, was](const Result<>& removed) {
        state_.start.profiles_error = removed ? "" : removed.error().message;
        state_.start.tests.erase(name);
        ReadProfiles();
        if (!removed || !was) return;
        Show({.severity = Severity::kInfo,
              .title = "The profile " + name + " is gone",
              .text = "Its secret stays where it is kept.",
              .action = "Undo",
              .on_action = AddProfile{*was},
              .until = -1});
      });
}

void Controller::Handle(const GiveSecret& c) {
  workbench_->KeepSecret(c.profile, c.secret);
  ReadProfiles();
  Handle(TestProfile{c.profile});
}

void Controller::Handle(const TestProfile& c) {
  ProfileTest& test = state_.start.tests[c.name];
  if (test.running) return;
  test = {.running = true};
  struct Answer {
    std::string who;
    std::optional<double> seconds;
  };
  jobs_.Submit(
      Lane::kServer, "Testing " + c.name, true,
      [bench = workbench_, name = c.name](JobContext& job) -> Result<Answer> {
        auto link = bench->Connect(name);
        if (!link) return Fail(link.error());
        const auto identity = (*link)->SignIn(job.stop());
        if (!identity) return Fail(identity.error());
        return Answer{identity->user_name, (*link)->latency_seconds()};
      },
      [this, name = c.name](const Result<Answer>& answer) {
        ProfileTest& done = state_.start.tests[name];
        done = {.passed = answer.has_value(),
                .text = answer ? "Signed in as " + answer->who : answer.error().message,
                .seconds = answer ? answer->seconds : std::nullopt};
        ServerConnection& connection = state_.connection;
        if (connection.server != name || connection.state != ServerConnection::State::kFailed) {
          return;
        }
        if (answer) {
          Handle(ConnectTo{name});  // What kept the window from the server is mended.
        } else {
          connection.error = done.text;  // The newest word counts everywhere.
        }
      });
}

// --- The sandbox ---------------------------------------------------------------------------------

void Controller::Handle(const TrySandbox&) {
  StartState& start = state_.start;
  if (start.sandbox == StartState::Sandbox::kStarting) return;
  if (start.sandbox == StartState::Sandbox::kRunning) {
    Handle(ConnectTo{start.sandbox_url});
    return;
  }
  start.sandbox = StartState::Sandbox::kStarting;
  start.sandbox_error.clear();
  jobs_.Submit(
      Lane::kDevice, "Starting the sandbox", true,
      [bench = workbench_](JobContext& job) { return bench->StartSandbox(job.stop()); },
      [this](Result<std::shared_ptr<SandboxProcess>> process) {
        StartState& now = state_.start;
        if (!process) {
          const bool cancelled = process.error().code == ErrorCode::kCancelled;
          now.sandbox = cancelled ? StartState::Sandbox::kNone : StartState::Sandbox::kFailed;
          now.sandbox_error = cancelled ? "" : process.error().message;
          return;
        }
        now.sandbox = StartState::Sandbox::kRunning;
        now.process = std::move(*process);
        now.sandbox_url = now.process->url();
        Handle(ConnectTo{now.sandbox_url});
      });
}

void Controller::Handle(const StopSandbox&) {
  StartState& start = state_.start;
  if (start.sandbox != StartState::Sandbox::kRunning) return;
  start.sandbox = StartState::Sandbox::kNone;
  if (state_.connection.server == start.sandbox_url) {
    Disconnect();
    Restudy();
  }
  jobs_.Submit(
      Lane::kDevice, "Stopping the sandbox", false,
      [process = std::move(start.process)](JobContext&) mutable {
        process.reset();
        return true;
      },
      [](bool) {});
  start.process.reset();
}

// --- A new policy --------------------------------------------------------------------------------

void Controller::Handle(const NewPolicy& c) {
  StartState& start = state_.start;
  const ServerConnection& connection = state_.connection;
  if (start.creating) return;
  if (connection.state != ServerConnection::State::kOnline) {
    start.create_error = "No server is connected. Choose one first.";
    return;
  }
  start.creating = true;
  start.create_error.clear();
  AskServer(
      "Making " + c.file.filename().string(), true,
      [link = connection.link, c](JobContext& job) -> Result<> {
        const auto schema = link->ReadSchema(c.entities, job.stop());
        if (!schema) return Fail(schema.error());
        Policy policy;
        policy.project.name = c.name;
        policy.project.title = c.title;
        for (const std::string& name : c.entities) {
          const EntitySchema* entity = schema->Find(name);
          if (entity == nullptr) {
            return Fail(ErrorCode::kNotFound, "the server has no entity " + Quoted(name));
          }
          policy.entities.push_back(StartingPoint(*entity));
        }
        const std::string text = PrintPolicy(policy);
        // Names were typed: reading the result back applies the format's own rules to them.
        for (const Finding& finding : ParsePolicy(text).findings) {
          if (finding.severity == Severity::kError) {
            return Fail(ErrorCode::kInvalid, finding.message);
          }
        }
        return WriteNewFile(c.file, text);
      },
      [this, file = c.file](const Result<>& made) {
        state_.start.creating = false;
        if (!made) {
          state_.start.create_error = made.error().message;
          return;
        }
        Handle(OpenFile{file});
        state_.screen = Screen::kEntities;
      });
}

// --- Schemas kept for when the server is away ----------------------------------------------------

void Controller::KeepSchema() {
  const ServerConnection& connection = state_.connection;
  if (surroundings_.settings_folder.empty() || !connection.schema || connection.schema_kept) return;
  KeptSchema kept = {.read_at = std::chrono::duration_cast<std::chrono::seconds>(
                                    surroundings_.clock().time_since_epoch())
                                    .count(),
                     .entities = connection.entities,
                     .schema = *connection.schema};
  jobs_.Submit(
      Lane::kDisk, "Keeping the server's metadata", false,
      [file = KeptSchemaFile(surroundings_.settings_folder, connection.host),
       kept = std::move(kept)](JobContext&) { return WriteKeptSchema(file, kept); },
      [](const Result<>&) {});  // It is read again with the next connection.
}

void Controller::FindKeptSchema() {
  if (surroundings_.settings_folder.empty()) return;
  jobs_.Submit(
      Lane::kDisk, "Finding the server's metadata", false,
      [file = KeptSchemaFile(surroundings_.settings_folder, state_.connection.host)](JobContext&) {
        return ReadKeptSchema(file);
      },
      [this, epoch = connection_epoch_](Result<KeptSchema> kept) {
        ServerConnection& now = state_.connection;
        if (epoch != connection_epoch_ || !kept || now.schema) return;
        now.schema = std::move(kept->schema);
        now.schema_at = WallTime(std::chrono::seconds(kept->read_at));
        now.schema_kept = true;
        if (now.entities.empty()) now.entities = std::move(kept->entities);
        Restudy();
      });
}

}  // namespace satchel
