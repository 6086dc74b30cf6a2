using System.Runtime.CompilerServices;

// Everything that crosses to C is blittable, and is checked to be.
[assembly: DisableRuntimeMarshalling]
