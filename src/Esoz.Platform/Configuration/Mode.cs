namespace Esoz.Platform.Configuration;

/// <summary>What kind of installation this is.</summary>
public enum Mode
{
    /// <summary>For trying out: demo registry, generated keys, local database.</summary>
    Sandbox,
    /// <summary>Needs a configured database and keys; loads no demo data and refuses sandbox-only commands.</summary>
    Production,
}
