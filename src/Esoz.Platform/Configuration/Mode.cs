namespace Esoz.Platform.Configuration;

/// <summary>Kind of installation.</summary>
public enum Mode
{
    /// <summary>For evaluation: demo registry, generated keys, local database.</summary>
    Sandbox,
    /// <summary>Needs a configured database and keys; loads no demo data and refuses sandbox-only commands.</summary>
    Production,
}
