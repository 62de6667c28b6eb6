-- AgentApprovals on SQL Server: schema, settings of the database, and the application's rights. Made from the migrations; do not edit. Run it,
-- again with each version, in the console's database as db_owner:
--   sqlcmd -S server -d AgentApprovals -I -b -i agent-approvals.sql
-- Then give the console's own user, who is not db_owner, the role: ALTER ROLE agent_approvals ADD MEMBER [the_user];
SET QUOTED_IDENTIFIER ON;
SET ANSI_NULLS ON;
GO
IF (SELECT [is_read_committed_snapshot_on] FROM [sys].[databases] WHERE [database_id] = DB_ID()) = 0
    ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;
IF (SELECT [snapshot_isolation_state] FROM [sys].[databases] WHERE [database_id] = DB_ID()) = 0
    ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON;
GO

IF OBJECT_ID(N'[__EFMigrationsHistory]') IS NULL
BEGIN
    CREATE TABLE [__EFMigrationsHistory] (
        [MigrationId] nvarchar(150) NOT NULL,
        [ProductVersion] nvarchar(32) NOT NULL,
        CONSTRAINT [PK___EFMigrationsHistory] PRIMARY KEY ([MigrationId])
    );
END;
GO

BEGIN TRANSACTION;
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [actions] (
        [Sequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [AgentSequence] bigint NOT NULL,
        [SessionSequence] bigint NOT NULL,
        [Type] nvarchar(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Resource] nvarchar(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Summary] nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [ReasonDigest] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [PayloadDigest] nvarchar(71) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [SubmittedDigest] nvarchar(71) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [PayloadBytes] int NULL,
        [PayloadSequence] bigint NOT NULL,
        [DirectedBy] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [Directed] int NOT NULL,
        [Status] int NOT NULL,
        [SubmittedAt] bigint NOT NULL,
        [ConfirmationEndsAt] bigint NOT NULL,
        [ExpiresAt] bigint NOT NULL,
        [ReleaseAt] bigint NULL,
        [PermitExpiresAt] bigint NULL,
        [ExecuteUntil] bigint NULL,
        [RedeemSequence] bigint NULL,
        [PermitConsumedAt] bigint NULL,
        [ObservationSequence] bigint NULL,
        [EndedAt] bigint NULL,
        [Verdict] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Risk] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Approvals] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Denial] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [Edited] bit NOT NULL,
        [BurstSequence] bigint NULL,
        [Burst] varbinary(16) NULL,
        [PurgedAt] bigint NULL,
        [Outcome] int NULL,
        [OutcomeDetail] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [Extension] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [Conversation] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [Views] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [PermissionKey] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [RepeatKey] nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [ResourceHash] bigint NOT NULL,
        [IdempotencyKey] nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [IdempotencyBody] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [RedeemKey] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [RedeemBody] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [Call] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [DueAt] bigint NULL,
        [RuleName] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [RememberedUntil] bigint NULL,
        [DecidedAfterMs] bigint NULL,
        [Mode] int NOT NULL,
        CONSTRAINT [PK_actions] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [agent_days] (
        [AgentSequence] bigint NOT NULL,
        [Day] int NOT NULL,
        [Counts] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        CONSTRAINT [PK_agent_days] PRIMARY KEY ([AgentSequence], [Day])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [agent_standings] (
        [AgentSequence] bigint NOT NULL,
        [Name] nvarchar(63) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Status] int NOT NULL,
        [Risk] int NOT NULL,
        [Unused] int NOT NULL,
        [RequiresRunner] bit NOT NULL,
        [SeenAt] bigint NULL,
        [HoldsUntil] int NOT NULL,
        [Catalogue] int NOT NULL,
        CONSTRAINT [PK_agent_standings] PRIMARY KEY ([AgentSequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [agent_words] (
        [AgentSequence] bigint NOT NULL,
        [Word] nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        CONSTRAINT [PK_agent_words] PRIMARY KEY ([AgentSequence], [Word])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [agents] (
        [Sequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [Name] nvarchar(63) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [DisplayName] nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Owner] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [ActsFor] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Labels] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Limits] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Permissions] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [PermissionsVersion] int NOT NULL,
        [RequiresInstructionsDigest] bit NOT NULL,
        [RequiresRunner] bit NOT NULL,
        [IsTest] bit NOT NULL,
        [StopOnBypass] bit NOT NULL,
        [Retired] bit NOT NULL,
        [StoppedBy] bigint NULL,
        [StoppedForRepeatsAt] bigint NULL,
        [Instructions] bigint NULL,
        [CreatedAt] bigint NOT NULL,
        CONSTRAINT [PK_agents] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [bursts] (
        [Sequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [AgentSequence] bigint NOT NULL,
        [Type] nvarchar(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [PerSeconds] int NOT NULL,
        [OpenedAt] bigint NOT NULL,
        [Denial] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [Settled] bit NOT NULL,
        CONSTRAINT [PK_bursts] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [connectors] (
        [Sequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [Name] nvarchar(63) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Kind] int NOT NULL,
        [BaseAddress] nvarchar(1000) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Placement] int NOT NULL,
        [CredentialName] nvarchar(200) COLLATE Latin1_General_100_BIN2 NULL,
        [CredentialSequence] bigint NULL,
        [HoldSeconds] int NOT NULL,
        [Rules] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Version] int NOT NULL,
        [Status] int NOT NULL,
        [MadeBy] varbinary(16) NOT NULL,
        [MadeByName] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [EndedAt] bigint NULL,
        CONSTRAINT [PK_connectors] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [console] (
        [Sequence] bigint NOT NULL,
        [StoppedBy] bigint NULL,
        [Policy] bigint NULL,
        [Catalogue] bigint NULL,
        [Instructions] bigint NULL,
        [CreatedAt] bigint NOT NULL,
        CONSTRAINT [PK_console] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [contents] (
        [Sequence] bigint NOT NULL,
        [Part] int NOT NULL,
        [Bytes] varbinary(max) NULL,
        CONSTRAINT [PK_contents] PRIMARY KEY ([Sequence], [Part])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [credentials] (
        [Sequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [Kind] int NOT NULL,
        [HolderSequence] bigint NOT NULL,
        [Name] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Hash] nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [MayDecide] int NOT NULL,
        [MadeBy] bigint NULL,
        [MadeByName] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [CreatedAt] bigint NOT NULL,
        [EndsAt] bigint NULL,
        CONSTRAINT [PK_credentials] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [data_protection_keys] (
        [Id] int NOT NULL IDENTITY,
        [FriendlyName] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [Xml] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        CONSTRAINT [PK_data_protection_keys] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [documents] (
        [Sequence] bigint NOT NULL,
        [Kind] int NOT NULL,
        [AgentSequence] bigint NOT NULL,
        [Version] int NOT NULL,
        [Digest] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AuthorName] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Reason] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [At] bigint NOT NULL,
        CONSTRAINT [PK_documents] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [entries] (
        [Sequence] bigint NOT NULL,
        [Batch] varbinary(16) NOT NULL,
        [At] bigint NOT NULL,
        [Kind] nvarchar(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [ActionSequence] bigint NULL,
        [SessionSequence] bigint NULL,
        [AgentSequence] bigint NULL,
        [Bytes] varbinary(max) NOT NULL,
        [Hash] varbinary(32) NOT NULL,
        CONSTRAINT [PK_entries] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [fleet_counts] (
        [Day] int NOT NULL,
        [Name] nvarchar(120) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Count] bigint NOT NULL,
        CONSTRAINT [PK_fleet_counts] PRIMARY KEY ([Day], [Name])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [head] (
        [Id] int NOT NULL,
        [Sequence] bigint NOT NULL,
        [Hash] varbinary(max) NOT NULL,
        [At] bigint NOT NULL,
        [ClockOffset] bigint NOT NULL,
        CONSTRAINT [PK_head] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [logins] (
        [PersonSequence] bigint NOT NULL,
        [PasswordHash] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [SecurityStamp] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AccessFailedCount] int NOT NULL,
        [LockoutEnd] bigint NULL,
        CONSTRAINT [PK_logins] PRIMARY KEY ([PersonSequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [observations] (
        [Sequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [AgentSequence] bigint NOT NULL,
        [Key] nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Type] nvarchar(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Resource] nvarchar(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [ExternalId] nvarchar(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [ObservedAt] bigint NOT NULL,
        [ReceivedAt] bigint NOT NULL,
        [ActionSequence] bigint NULL,
        [Action] varbinary(16) NULL,
        CONSTRAINT [PK_observations] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [people] (
        [Sequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [Email] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [EmailKey] nvarchar(254) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [DisplayName] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Roles] int NOT NULL,
        [Groups] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Active] bit NOT NULL,
        [HasLogin] bit NOT NULL,
        [CreatedAt] bigint NOT NULL,
        CONSTRAINT [PK_people] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [positions] (
        [Follower] nvarchar(50) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Sequence] bigint NOT NULL,
        CONSTRAINT [PK_positions] PRIMARY KEY ([Follower])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [sessions] (
        [Sequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [AgentSequence] bigint NOT NULL,
        [KeySequence] bigint NOT NULL,
        [TokenHash] nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [OnBehalfOf] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Purpose] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [Client] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [StartedAt] bigint NOT NULL,
        [ExpiresAt] bigint NOT NULL,
        [Status] int NOT NULL,
        [EndedAt] bigint NULL,
        [StoppedBy] bigint NULL,
        [Compacted] bit NOT NULL,
        [RepeatsDenied] int NOT NULL,
        CONSTRAINT [PK_sessions] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [stops] (
        [Sequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [Scope] int NOT NULL,
        [TargetSequence] bigint NOT NULL,
        [TargetId] varbinary(16) NULL,
        [TargetName] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [By] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Reason] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
        [At] bigint NOT NULL,
        [Drill] bit NOT NULL,
        [Layers] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Settled] bit NOT NULL,
        CONSTRAINT [PK_stops] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [webhook_deliveries] (
        [WebhookSequence] bigint NOT NULL,
        [EntrySequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [Event] nvarchar(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [At] bigint NOT NULL,
        [State] int NOT NULL,
        [Tries] int NOT NULL,
        [SteppedOver] bit NOT NULL,
        [DueAt] bigint NULL,
        [Attempts] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        CONSTRAINT [PK_webhook_deliveries] PRIMARY KEY ([WebhookSequence], [EntrySequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE TABLE [webhooks] (
        [Sequence] bigint NOT NULL,
        [Id] varbinary(16) NOT NULL,
        [Url] nvarchar(2000) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Events] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Agent] varbinary(16) NULL,
        [SecretSequence] bigint NOT NULL,
        [EarlierSecretSequence] bigint NULL,
        [EarlierSecretUntil] bigint NULL,
        [Status] int NOT NULL,
        [FailingSince] bigint NULL,
        [MadeBy] varbinary(16) NOT NULL,
        [MadeByName] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [EndedAt] bigint NULL,
        CONSTRAINT [PK_webhooks] PRIMARY KEY ([Sequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_actions_AgentSequence_RememberedUntil] ON [actions] ([AgentSequence], [RememberedUntil]) WHERE [RememberedUntil] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_actions_AgentSequence_ResourceHash_EndedAt] ON [actions] ([AgentSequence], [ResourceHash], [EndedAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_actions_AgentSequence_Status_Sequence] ON [actions] ([AgentSequence], [Status], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_actions_AgentSequence_SubmittedAt] ON [actions] ([AgentSequence], [SubmittedAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_actions_beyond] ON [actions] ([Sequence]) WHERE [PermissionKey] IS NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_actions_BurstSequence_Sequence] ON [actions] ([BurstSequence], [Sequence]) WHERE [BurstSequence] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_actions_decided] ON [actions] ([Sequence]) WHERE [DecidedAfterMs] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_actions_Directed_Sequence] ON [actions] ([Directed], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_actions_DueAt] ON [actions] ([DueAt]) WHERE [DueAt] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_actions_EndedAt] ON [actions] ([EndedAt]) WHERE [EndedAt] IS NOT NULL AND [PurgedAt] IS NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_actions_gathered] ON [actions] ([Sequence]) WHERE [BurstSequence] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_actions_Id] ON [actions] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE UNIQUE INDEX [IX_actions_IdempotencyKey] ON [actions] ([IdempotencyKey]) WHERE [IdempotencyKey] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_actions_SessionSequence_Status] ON [actions] ([SessionSequence], [Status]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_actions_Status_Sequence] ON [actions] ([Status], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_actions_unruled] ON [actions] ([Sequence]) WHERE [RuleName] IS NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_agent_standings_HoldsUntil] ON [agent_standings] ([HoldsUntil]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_agent_standings_Name] ON [agent_standings] ([Name]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_agent_standings_Risk_AgentSequence] ON [agent_standings] ([Risk], [AgentSequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_agent_standings_Status_AgentSequence] ON [agent_standings] ([Status], [AgentSequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_agent_standings_Status_Name] ON [agent_standings] ([Status], [Name]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRunner] ON [agent_standings] ([Status], [Risk], [AgentSequence], [Unused], [RequiresRunner]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_agent_standings_Status_SeenAt] ON [agent_standings] ([Status], [SeenAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_agent_words_Word_AgentSequence] ON [agent_words] ([Word], [AgentSequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_agents_Id] ON [agents] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_agents_Name] ON [agents] ([Name]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_bursts_AgentSequence_Type_Sequence] ON [bursts] ([AgentSequence], [Type], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_bursts_Id] ON [bursts] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_bursts_Settled_Sequence] ON [bursts] ([Settled], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_connectors_Id] ON [connectors] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_connectors_Status_Name] ON [connectors] ([Status], [Name]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_credentials_Hash] ON [credentials] ([Hash]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_credentials_HolderSequence_Kind] ON [credentials] ([HolderSequence], [Kind]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_credentials_Id] ON [credentials] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_documents_Kind_AgentSequence_Version] ON [documents] ([Kind], [AgentSequence], [Version]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_entries_ActionSequence_Sequence] ON [entries] ([ActionSequence], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_entries_Kind_Sequence] ON [entries] ([Kind], [Sequence]) WHERE [Kind] = N''ledger.checkpoint''');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_entries_SessionSequence_Sequence] ON [entries] ([SessionSequence], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_observations_AgentSequence_Sequence] ON [observations] ([AgentSequence], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_observations_Id] ON [observations] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_observations_Key] ON [observations] ([Key]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_observations_uncovered] ON [observations] ([Sequence]) WHERE [ActionSequence] IS NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_observations_uncovered_of_agent] ON [observations] ([AgentSequence], [Sequence]) WHERE [ActionSequence] IS NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_people_EmailKey] ON [people] ([EmailKey]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_people_Id] ON [people] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_sessions_AgentSequence_Status_Sequence] ON [sessions] ([AgentSequence], [Status], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_sessions_Id] ON [sessions] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_sessions_Status_ExpiresAt] ON [sessions] ([Status], [ExpiresAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_sessions_StoppedBy_Sequence] ON [sessions] ([StoppedBy], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_sessions_TokenHash] ON [sessions] ([TokenHash]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_stops_Drill_Sequence] ON [stops] ([Drill], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_stops_Id] ON [stops] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE INDEX [IX_stops_Settled_Sequence] ON [stops] ([Settled], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_webhook_deliveries_Id] ON [webhook_deliveries] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_webhook_deliveries_WebhookSequence_DueAt] ON [webhook_deliveries] ([WebhookSequence], [DueAt]) WHERE [DueAt] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_webhooks_Id] ON [webhooks] ([Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080026_Initial'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'20261125080026_Initial', N'10.0.15');
END;

COMMIT;
GO

BEGIN TRANSACTION;
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080845_Nodes'
)
BEGIN
    CREATE TABLE [nodes] (
        [Id] varbinary(16) NOT NULL,
        [Name] nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [StartedAt] bigint NOT NULL,
        [SeenAt] bigint NOT NULL,
        [Position] bigint NOT NULL,
        [Open] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Reports] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
        CONSTRAINT [PK_nodes] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125080845_Nodes'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'20261125080845_Nodes', N'10.0.15');
END;

COMMIT;
GO

BEGIN TRANSACTION;
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090111_Runners'
)
BEGIN
    ALTER TABLE [sessions] ADD [Paused] bit NOT NULL DEFAULT CAST(0 AS bit);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090111_Runners'
)
BEGIN
    ALTER TABLE [sessions] ADD [Runner] nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090111_Runners'
)
BEGIN
    ALTER TABLE [sessions] ADD [RunnerTokenHash] nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090111_Runners'
)
BEGIN
    CREATE TABLE [runner_leases] (
        [SessionSequence] bigint NOT NULL,
        [HeardAt] bigint NOT NULL,
        CONSTRAINT [PK_runner_leases] PRIMARY KEY ([SessionSequence])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090111_Runners'
)
BEGIN
    EXEC(N'CREATE UNIQUE INDEX [IX_sessions_RunnerTokenHash] ON [sessions] ([RunnerTokenHash]) WHERE [RunnerTokenHash] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261125090111_Runners'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'20261125090111_Runners', N'10.0.15');
END;

COMMIT;
GO

BEGIN TRANSACTION;
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232256_CutOffsAndCoverage'
)
BEGIN
    DROP INDEX [IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRunner] ON [agent_standings];
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232256_CutOffsAndCoverage'
)
BEGIN
    ALTER TABLE [webhooks] ADD [CutOff] nvarchar(63) COLLATE Latin1_General_100_BIN2 NULL;
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232256_CutOffsAndCoverage'
)
BEGIN
    ALTER TABLE [agent_standings] ADD [ThroughGateway] bit NOT NULL DEFAULT CAST(0 AS bit);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232256_CutOffsAndCoverage'
)
BEGIN
    CREATE INDEX [IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRunner_ThroughGateway] ON [agent_standings] ([Status], [Risk], [AgentSequence], [Unused], [RequiresRunner], [ThroughGateway]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232256_CutOffsAndCoverage'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_actions_gateway] ON [actions] ([Sequence]) WHERE [Call] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232256_CutOffsAndCoverage'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'20261128232256_CutOffsAndCoverage', N'10.0.15');
END;

COMMIT;
GO

BEGIN TRANSACTION;
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232946_DecisionLists'
)
BEGIN
    DROP INDEX [IX_actions_decided] ON [actions];
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232946_DecisionLists'
)
BEGIN
    DROP INDEX [IX_actions_Status_Sequence] ON [actions];
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232946_DecisionLists'
)
BEGIN
    CREATE TABLE [decision_facts] (
        [Sequence] bigint NOT NULL,
        [Nth] int NOT NULL,
        [Kind] int NOT NULL,
        [Person] varbinary(16) NOT NULL,
        [IsYes] bit NOT NULL,
        [Other] varbinary(16) NULL,
        [ActionSequence] bigint NULL,
        [BurstSequence] bigint NULL,
        [At] bigint NOT NULL,
        [Hour] int NOT NULL,
        CONSTRAINT [PK_decision_facts] PRIMARY KEY ([Sequence], [Nth])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232946_DecisionLists'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_actions_decided] ON [actions] ([Sequence], [DecidedAfterMs]) WHERE [DecidedAfterMs] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232946_DecisionLists'
)
BEGIN
    CREATE INDEX [IX_actions_Status_Sequence_EndedAt] ON [actions] ([Status], [Sequence], [EndedAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232946_DecisionLists'
)
BEGIN
    CREATE INDEX [IX_decision_facts_Kind_Sequence] ON [decision_facts] ([Kind], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232946_DecisionLists'
)
BEGIN
    CREATE INDEX [IX_decision_facts_Person_Kind_Sequence] ON [decision_facts] ([Person], [Kind], [Sequence]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261128232946_DecisionLists'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'20261128232946_DecisionLists', N'10.0.15');
END;

COMMIT;
GO


IF DATABASE_PRINCIPAL_ID(N'agent_approvals') IS NULL
    CREATE ROLE agent_approvals;
GO
-- The job store is the library's own, which makes its tables there as the console; nothing in them is missed.
IF SCHEMA_ID(N'hangfire') IS NULL
    EXEC (N'CREATE SCHEMA [hangfire] AUTHORIZATION [agent_approvals];');
GRANT CREATE TABLE TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE, REFERENCES, ALTER ON SCHEMA::[hangfire] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [actions] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [agent_days] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [agent_standings] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON [agent_words] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [agents] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [bursts] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [connectors] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [console] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ([Bytes]) ON [contents] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [credentials] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON [data_protection_keys] TO agent_approvals;
GRANT SELECT, INSERT ON [decision_facts] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [documents] TO agent_approvals;
GRANT SELECT, INSERT ON [entries] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [fleet_counts] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [head] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON [logins] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON [nodes] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [observations] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [people] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON [positions] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON [runner_leases] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [sessions] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [stops] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE, DELETE ON [webhook_deliveries] TO agent_approvals;
GRANT SELECT, INSERT, UPDATE ON [webhooks] TO agent_approvals;
GRANT SELECT ON [__EFMigrationsHistory] TO agent_approvals;
DENY UPDATE, DELETE ON [entries] TO agent_approvals;
GO
