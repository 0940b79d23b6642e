namespace Esoz.Platform.Database;

/// <summary>A migration is pending, and the role of the connection may not change the schema.</summary>
public sealed class MigrationRightsException(string name, Exception refused) : Exception(
    $"{name} is pending, and the role of this connection may not change the schema ({refused.Message}). Run esoz migrate with ESOZ_DATABASE_OWNER, the connection string of the role that owns the schema.",
    refused);
