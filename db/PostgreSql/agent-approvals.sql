-- AgentApprovals on PostgreSQL: schema, and the application's rights. Made from the migrations; do not edit. Run it, again with each
-- version, in the console's database as its owner, who may create roles:
--   psql --set ON_ERROR_STOP=1 --dbname agent_approvals --file agent-approvals.sql
-- Then give the console's own login, which is not the owner, the role: GRANT agent_approvals TO the_login;

CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" character varying(150) NOT NULL,
    "ProductVersion" character varying(32) NOT NULL,
    CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY ("MigrationId")
);

START TRANSACTION;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE actions (
        "Sequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "AgentSequence" bigint NOT NULL,
        "SessionSequence" bigint NOT NULL,
        "Type" character varying(100) COLLATE "C" NOT NULL,
        "Resource" character varying(500) COLLATE "C" NOT NULL,
        "Summary" character varying(200) COLLATE "C" NOT NULL,
        "ReasonDigest" text COLLATE "C",
        "PayloadDigest" character varying(71) COLLATE "C" NOT NULL,
        "SubmittedDigest" character varying(71) COLLATE "C" NOT NULL,
        "PayloadBytes" integer,
        "PayloadSequence" bigint NOT NULL,
        "DirectedBy" text COLLATE "C",
        "Directed" integer NOT NULL,
        "Status" integer NOT NULL,
        "SubmittedAt" bigint NOT NULL,
        "ConfirmationEndsAt" bigint NOT NULL,
        "ExpiresAt" bigint NOT NULL,
        "ReleaseAt" bigint,
        "PermitExpiresAt" bigint,
        "ExecuteUntil" bigint,
        "RedeemSequence" bigint,
        "PermitConsumedAt" bigint,
        "ObservationSequence" bigint,
        "EndedAt" bigint,
        "Verdict" text COLLATE "C" NOT NULL,
        "Risk" text COLLATE "C" NOT NULL,
        "Approvals" text COLLATE "C" NOT NULL,
        "Denial" text COLLATE "C",
        "Edited" boolean NOT NULL,
        "BurstSequence" bigint,
        "Burst" bytea,
        "PurgedAt" bigint,
        "Outcome" integer,
        "OutcomeDetail" text COLLATE "C",
        "Extension" text COLLATE "C",
        "Conversation" text COLLATE "C",
        "Views" text COLLATE "C",
        "PermissionKey" text COLLATE "C",
        "RepeatKey" character varying(64) COLLATE "C" NOT NULL,
        "ResourceHash" bigint NOT NULL,
        "IdempotencyKey" character varying(64) COLLATE "C",
        "IdempotencyBody" text COLLATE "C",
        "RedeemKey" text COLLATE "C",
        "RedeemBody" text COLLATE "C",
        "Call" text COLLATE "C",
        "DueAt" bigint,
        "RuleName" text COLLATE "C",
        "RememberedUntil" bigint,
        "DecidedAfterMs" bigint,
        "Mode" integer NOT NULL,
        CONSTRAINT "PK_actions" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE agent_days (
        "AgentSequence" bigint NOT NULL,
        "Day" integer NOT NULL,
        "Counts" text COLLATE "C" NOT NULL,
        CONSTRAINT "PK_agent_days" PRIMARY KEY ("AgentSequence", "Day")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE agent_standings (
        "AgentSequence" bigint NOT NULL,
        "Name" character varying(63) COLLATE "C" NOT NULL,
        "Status" integer NOT NULL,
        "Risk" integer NOT NULL,
        "Unused" integer NOT NULL,
        "RequiresRunner" boolean NOT NULL,
        "SeenAt" bigint,
        "HoldsUntil" integer NOT NULL,
        "Catalogue" integer NOT NULL,
        CONSTRAINT "PK_agent_standings" PRIMARY KEY ("AgentSequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE agent_words (
        "AgentSequence" bigint NOT NULL,
        "Word" character varying(64) COLLATE "C" NOT NULL,
        CONSTRAINT "PK_agent_words" PRIMARY KEY ("AgentSequence", "Word")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE agents (
        "Sequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "Name" character varying(63) COLLATE "C" NOT NULL,
        "DisplayName" character varying(200) COLLATE "C" NOT NULL,
        "Owner" text COLLATE "C" NOT NULL,
        "ActsFor" text COLLATE "C" NOT NULL,
        "Labels" text COLLATE "C" NOT NULL,
        "Limits" text COLLATE "C" NOT NULL,
        "Permissions" text COLLATE "C" NOT NULL,
        "PermissionsVersion" integer NOT NULL,
        "RequiresInstructionsDigest" boolean NOT NULL,
        "RequiresRunner" boolean NOT NULL,
        "IsTest" boolean NOT NULL,
        "StopOnBypass" boolean NOT NULL,
        "Retired" boolean NOT NULL,
        "StoppedBy" bigint,
        "StoppedForRepeatsAt" bigint,
        "Instructions" bigint,
        "CreatedAt" bigint NOT NULL,
        CONSTRAINT "PK_agents" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE bursts (
        "Sequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "AgentSequence" bigint NOT NULL,
        "Type" character varying(100) COLLATE "C" NOT NULL,
        "PerSeconds" integer NOT NULL,
        "OpenedAt" bigint NOT NULL,
        "Denial" text COLLATE "C",
        "Settled" boolean NOT NULL,
        CONSTRAINT "PK_bursts" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE connectors (
        "Sequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "Name" character varying(63) COLLATE "C" NOT NULL,
        "Kind" integer NOT NULL,
        "BaseAddress" character varying(1000) COLLATE "C" NOT NULL,
        "Placement" integer NOT NULL,
        "CredentialName" character varying(200) COLLATE "C",
        "CredentialSequence" bigint,
        "HoldSeconds" integer NOT NULL,
        "Rules" text COLLATE "C" NOT NULL,
        "Version" integer NOT NULL,
        "Status" integer NOT NULL,
        "MadeBy" bytea NOT NULL,
        "MadeByName" text COLLATE "C" NOT NULL,
        "CreatedAt" bigint NOT NULL,
        "EndedAt" bigint,
        CONSTRAINT "PK_connectors" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE console (
        "Sequence" bigint NOT NULL,
        "StoppedBy" bigint,
        "Policy" bigint,
        "Catalogue" bigint,
        "Instructions" bigint,
        "CreatedAt" bigint NOT NULL,
        CONSTRAINT "PK_console" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE contents (
        "Sequence" bigint NOT NULL,
        "Part" integer NOT NULL,
        "Bytes" bytea,
        CONSTRAINT "PK_contents" PRIMARY KEY ("Sequence", "Part")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE credentials (
        "Sequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "Kind" integer NOT NULL,
        "HolderSequence" bigint NOT NULL,
        "Name" text COLLATE "C" NOT NULL,
        "Hash" character varying(64) COLLATE "C" NOT NULL,
        "MayDecide" integer NOT NULL,
        "MadeBy" bigint,
        "MadeByName" text COLLATE "C",
        "CreatedAt" bigint NOT NULL,
        "EndsAt" bigint,
        CONSTRAINT "PK_credentials" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE data_protection_keys (
        "Id" integer GENERATED BY DEFAULT AS IDENTITY,
        "FriendlyName" text COLLATE "C",
        "Xml" text COLLATE "C",
        CONSTRAINT "PK_data_protection_keys" PRIMARY KEY ("Id")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE documents (
        "Sequence" bigint NOT NULL,
        "Kind" integer NOT NULL,
        "AgentSequence" bigint NOT NULL,
        "Version" integer NOT NULL,
        "Digest" text COLLATE "C" NOT NULL,
        "AuthorName" text COLLATE "C" NOT NULL,
        "Reason" text COLLATE "C",
        "At" bigint NOT NULL,
        CONSTRAINT "PK_documents" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE entries (
        "Sequence" bigint NOT NULL,
        "Batch" bytea NOT NULL,
        "At" bigint NOT NULL,
        "Kind" character varying(100) COLLATE "C" NOT NULL,
        "ActionSequence" bigint,
        "SessionSequence" bigint,
        "AgentSequence" bigint,
        "Bytes" bytea NOT NULL,
        "Hash" bytea NOT NULL,
        CONSTRAINT "PK_entries" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE fleet_counts (
        "Day" integer NOT NULL,
        "Name" character varying(120) COLLATE "C" NOT NULL,
        "Count" bigint NOT NULL,
        CONSTRAINT "PK_fleet_counts" PRIMARY KEY ("Day", "Name")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE head (
        "Id" integer NOT NULL,
        "Sequence" bigint NOT NULL,
        "Hash" bytea NOT NULL,
        "At" bigint NOT NULL,
        "ClockOffset" bigint NOT NULL,
        CONSTRAINT "PK_head" PRIMARY KEY ("Id")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE logins (
        "PersonSequence" bigint NOT NULL,
        "PasswordHash" text COLLATE "C",
        "SecurityStamp" text COLLATE "C" NOT NULL,
        "AccessFailedCount" integer NOT NULL,
        "LockoutEnd" bigint,
        CONSTRAINT "PK_logins" PRIMARY KEY ("PersonSequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE observations (
        "Sequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "AgentSequence" bigint NOT NULL,
        "Key" character varying(64) COLLATE "C" NOT NULL,
        "Type" character varying(100) COLLATE "C" NOT NULL,
        "Resource" character varying(500) COLLATE "C" NOT NULL,
        "ExternalId" character varying(500) COLLATE "C" NOT NULL,
        "ObservedAt" bigint NOT NULL,
        "ReceivedAt" bigint NOT NULL,
        "ActionSequence" bigint,
        "Action" bytea,
        CONSTRAINT "PK_observations" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE people (
        "Sequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "Email" text COLLATE "C" NOT NULL,
        "EmailKey" character varying(254) COLLATE "C" NOT NULL,
        "DisplayName" text COLLATE "C" NOT NULL,
        "Roles" integer NOT NULL,
        "Groups" text COLLATE "C" NOT NULL,
        "Active" boolean NOT NULL,
        "HasLogin" boolean NOT NULL,
        "CreatedAt" bigint NOT NULL,
        CONSTRAINT "PK_people" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE positions (
        "Follower" character varying(50) COLLATE "C" NOT NULL,
        "Sequence" bigint NOT NULL,
        CONSTRAINT "PK_positions" PRIMARY KEY ("Follower")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE sessions (
        "Sequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "AgentSequence" bigint NOT NULL,
        "KeySequence" bigint NOT NULL,
        "TokenHash" character varying(64) COLLATE "C" NOT NULL,
        "OnBehalfOf" text COLLATE "C" NOT NULL,
        "Purpose" text COLLATE "C",
        "Client" text COLLATE "C",
        "StartedAt" bigint NOT NULL,
        "ExpiresAt" bigint NOT NULL,
        "Status" integer NOT NULL,
        "EndedAt" bigint,
        "StoppedBy" bigint,
        "Compacted" boolean NOT NULL,
        "RepeatsDenied" integer NOT NULL,
        CONSTRAINT "PK_sessions" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE stops (
        "Sequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "Scope" integer NOT NULL,
        "TargetSequence" bigint NOT NULL,
        "TargetId" bytea,
        "TargetName" text COLLATE "C",
        "By" text COLLATE "C" NOT NULL,
        "Reason" text COLLATE "C",
        "At" bigint NOT NULL,
        "Drill" boolean NOT NULL,
        "Layers" text COLLATE "C" NOT NULL,
        "Settled" boolean NOT NULL,
        CONSTRAINT "PK_stops" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE webhook_deliveries (
        "WebhookSequence" bigint NOT NULL,
        "EntrySequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "Event" character varying(100) COLLATE "C" NOT NULL,
        "At" bigint NOT NULL,
        "State" integer NOT NULL,
        "Tries" integer NOT NULL,
        "SteppedOver" boolean NOT NULL,
        "DueAt" bigint,
        "Attempts" text COLLATE "C" NOT NULL,
        CONSTRAINT "PK_webhook_deliveries" PRIMARY KEY ("WebhookSequence", "EntrySequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE TABLE webhooks (
        "Sequence" bigint NOT NULL,
        "Id" bytea NOT NULL,
        "Url" character varying(2000) COLLATE "C" NOT NULL,
        "Events" text COLLATE "C" NOT NULL,
        "Agent" bytea,
        "SecretSequence" bigint NOT NULL,
        "EarlierSecretSequence" bigint,
        "EarlierSecretUntil" bigint,
        "Status" integer NOT NULL,
        "FailingSince" bigint,
        "MadeBy" bytea NOT NULL,
        "MadeByName" text COLLATE "C" NOT NULL,
        "CreatedAt" bigint NOT NULL,
        "EndedAt" bigint,
        CONSTRAINT "PK_webhooks" PRIMARY KEY ("Sequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_AgentSequence_RememberedUntil" ON actions ("AgentSequence", "RememberedUntil") WHERE "RememberedUntil" IS NOT NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_AgentSequence_ResourceHash_EndedAt" ON actions ("AgentSequence", "ResourceHash", "EndedAt");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_AgentSequence_Status_Sequence" ON actions ("AgentSequence", "Status", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_AgentSequence_SubmittedAt" ON actions ("AgentSequence", "SubmittedAt");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_beyond" ON actions ("Sequence") WHERE "PermissionKey" IS NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_BurstSequence_Sequence" ON actions ("BurstSequence", "Sequence") WHERE "BurstSequence" IS NOT NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_decided" ON actions ("Sequence") WHERE "DecidedAfterMs" IS NOT NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_Directed_Sequence" ON actions ("Directed", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_DueAt" ON actions ("DueAt") WHERE "DueAt" IS NOT NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_EndedAt" ON actions ("EndedAt") WHERE "EndedAt" IS NOT NULL AND "PurgedAt" IS NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_gathered" ON actions ("Sequence") WHERE "BurstSequence" IS NOT NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_actions_Id" ON actions ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_actions_IdempotencyKey" ON actions ("IdempotencyKey");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_SessionSequence_Status" ON actions ("SessionSequence", "Status");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_Status_Sequence" ON actions ("Status", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_actions_unruled" ON actions ("Sequence") WHERE "RuleName" IS NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_agent_standings_HoldsUntil" ON agent_standings ("HoldsUntil");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_agent_standings_Name" ON agent_standings ("Name");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_agent_standings_Risk_AgentSequence" ON agent_standings ("Risk", "AgentSequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_agent_standings_Status_AgentSequence" ON agent_standings ("Status", "AgentSequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_agent_standings_Status_Name" ON agent_standings ("Status", "Name");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRu~" ON agent_standings ("Status", "Risk", "AgentSequence", "Unused", "RequiresRunner");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_agent_standings_Status_SeenAt" ON agent_standings ("Status", "SeenAt");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_agent_words_Word_AgentSequence" ON agent_words ("Word", "AgentSequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_agents_Id" ON agents ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_agents_Name" ON agents ("Name");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_bursts_AgentSequence_Type_Sequence" ON bursts ("AgentSequence", "Type", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_bursts_Id" ON bursts ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_bursts_Settled_Sequence" ON bursts ("Settled", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_connectors_Id" ON connectors ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_connectors_Status_Name" ON connectors ("Status", "Name");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_credentials_Hash" ON credentials ("Hash");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_credentials_HolderSequence_Kind" ON credentials ("HolderSequence", "Kind");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_credentials_Id" ON credentials ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_documents_Kind_AgentSequence_Version" ON documents ("Kind", "AgentSequence", "Version");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_entries_ActionSequence_Sequence" ON entries ("ActionSequence", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_entries_Kind_Sequence" ON entries ("Kind", "Sequence") WHERE "Kind" = 'ledger.checkpoint';
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_entries_SessionSequence_Sequence" ON entries ("SessionSequence", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_observations_AgentSequence_Sequence" ON observations ("AgentSequence", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_observations_Id" ON observations ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_observations_Key" ON observations ("Key");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_observations_uncovered" ON observations ("Sequence") WHERE "ActionSequence" IS NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_observations_uncovered_of_agent" ON observations ("AgentSequence", "Sequence") WHERE "ActionSequence" IS NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_people_EmailKey" ON people ("EmailKey");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_people_Id" ON people ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_sessions_AgentSequence_Status_Sequence" ON sessions ("AgentSequence", "Status", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_sessions_Id" ON sessions ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_sessions_Status_ExpiresAt" ON sessions ("Status", "ExpiresAt");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_sessions_StoppedBy_Sequence" ON sessions ("StoppedBy", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_sessions_TokenHash" ON sessions ("TokenHash");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_stops_Drill_Sequence" ON stops ("Drill", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_stops_Id" ON stops ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_stops_Settled_Sequence" ON stops ("Settled", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_webhook_deliveries_Id" ON webhook_deliveries ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE INDEX "IX_webhook_deliveries_WebhookSequence_DueAt" ON webhook_deliveries ("WebhookSequence", "DueAt") WHERE "DueAt" IS NOT NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    CREATE UNIQUE INDEX "IX_webhooks_Id" ON webhooks ("Id");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080000_Initial') THEN
    INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
    VALUES ('20261125080000_Initial', '10.0.15');
    END IF;
END $EF$;
COMMIT;

START TRANSACTION;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080825_Nodes') THEN
    CREATE TABLE nodes (
        "Id" bytea NOT NULL,
        "Name" character varying(200) COLLATE "C" NOT NULL,
        "StartedAt" bigint NOT NULL,
        "SeenAt" bigint NOT NULL,
        "Position" bigint NOT NULL,
        "Open" text COLLATE "C" NOT NULL,
        "Reports" text COLLATE "C" NOT NULL,
        CONSTRAINT "PK_nodes" PRIMARY KEY ("Id")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125080825_Nodes') THEN
    INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
    VALUES ('20261125080825_Nodes', '10.0.15');
    END IF;
END $EF$;
COMMIT;

START TRANSACTION;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125090044_Runners') THEN
    ALTER TABLE sessions ADD "Paused" boolean NOT NULL DEFAULT FALSE;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125090044_Runners') THEN
    ALTER TABLE sessions ADD "Runner" text COLLATE "C";
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125090044_Runners') THEN
    ALTER TABLE sessions ADD "RunnerTokenHash" character varying(64) COLLATE "C";
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125090044_Runners') THEN
    CREATE TABLE runner_leases (
        "SessionSequence" bigint NOT NULL,
        "HeardAt" bigint NOT NULL,
        CONSTRAINT "PK_runner_leases" PRIMARY KEY ("SessionSequence")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125090044_Runners') THEN
    CREATE UNIQUE INDEX "IX_sessions_RunnerTokenHash" ON sessions ("RunnerTokenHash") WHERE "RunnerTokenHash" IS NOT NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261125090044_Runners') THEN
    INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
    VALUES ('20261125090044_Runners', '10.0.15');
    END IF;
END $EF$;
COMMIT;

START TRANSACTION;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232243_CutOffsAndCoverage') THEN
    DROP INDEX "IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRu~";
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232243_CutOffsAndCoverage') THEN
    ALTER TABLE webhooks ADD "CutOff" character varying(63) COLLATE "C";
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232243_CutOffsAndCoverage') THEN
    ALTER TABLE agent_standings ADD "ThroughGateway" boolean NOT NULL DEFAULT FALSE;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232243_CutOffsAndCoverage') THEN
    CREATE INDEX "IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRu~" ON agent_standings ("Status", "Risk", "AgentSequence", "Unused", "RequiresRunner", "ThroughGateway");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232243_CutOffsAndCoverage') THEN
    CREATE INDEX "IX_actions_gateway" ON actions ("Sequence") WHERE "Call" IS NOT NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232243_CutOffsAndCoverage') THEN
    INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
    VALUES ('20261128232243_CutOffsAndCoverage', '10.0.15');
    END IF;
END $EF$;
COMMIT;

START TRANSACTION;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232944_DecisionLists') THEN
    DROP INDEX "IX_actions_decided";
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232944_DecisionLists') THEN
    DROP INDEX "IX_actions_Status_Sequence";
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232944_DecisionLists') THEN
    CREATE TABLE decision_facts (
        "Sequence" bigint NOT NULL,
        "Nth" integer NOT NULL,
        "Kind" integer NOT NULL,
        "Person" bytea NOT NULL,
        "IsYes" boolean NOT NULL,
        "Other" bytea,
        "ActionSequence" bigint,
        "BurstSequence" bigint,
        "At" bigint NOT NULL,
        "Hour" integer NOT NULL,
        CONSTRAINT "PK_decision_facts" PRIMARY KEY ("Sequence", "Nth")
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232944_DecisionLists') THEN
    CREATE INDEX "IX_actions_decided" ON actions ("Sequence", "DecidedAfterMs") WHERE "DecidedAfterMs" IS NOT NULL;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232944_DecisionLists') THEN
    CREATE INDEX "IX_actions_Status_Sequence_EndedAt" ON actions ("Status", "Sequence", "EndedAt");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232944_DecisionLists') THEN
    CREATE INDEX "IX_decision_facts_Kind_Sequence" ON decision_facts ("Kind", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232944_DecisionLists') THEN
    CREATE INDEX "IX_decision_facts_Person_Kind_Sequence" ON decision_facts ("Person", "Kind", "Sequence");
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128232944_DecisionLists') THEN
    INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
    VALUES ('20261128232944_DecisionLists', '10.0.15');
    END IF;
END $EF$;
COMMIT;


DO $role$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'agent_approvals') THEN
        CREATE ROLE agent_approvals NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $role$;
-- The job store is the library's own, which makes its tables there as the console; nothing in them is missed.
CREATE SCHEMA IF NOT EXISTS hangfire;
GRANT USAGE, CREATE ON SCHEMA hangfire TO agent_approvals;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO agent_approvals;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM agent_approvals;
GRANT SELECT, INSERT, UPDATE ON actions TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON agent_days TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON agent_standings TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON agent_words TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON agents TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON bursts TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON connectors TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON console TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ("Bytes") ON contents TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON credentials TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON data_protection_keys TO agent_approvals;
GRANT SELECT, INSERT ON decision_facts TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON documents TO agent_approvals;
GRANT SELECT, INSERT ON entries TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON fleet_counts TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON head TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON logins TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON nodes TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON observations TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON people TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON positions TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON runner_leases TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON sessions TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON stops TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_deliveries TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON webhooks TO agent_approvals;
GRANT SELECT ON "__EFMigrationsHistory" TO agent_approvals;
