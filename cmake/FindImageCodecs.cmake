# The picture codecs, as codecs::turbojpeg, codecs::spng, codecs::webp, codecs::webpdemux, codecs::tiff, codecs::exif
# and codecs::openexr. Debian ships no CMake package files for most of them (and a noisy one for OpenEXR's Imath).
set(_codecs turbojpeg spng webp webpdemux tiff exif openexr)
set(_codecs_required "")
macro(_find_codec name header library)
  find_path(ImageCodecs_${name}_INCLUDE_DIR ${header} PATH_SUFFIXES OpenEXR)
  find_library(ImageCodecs_${name}_LIBRARY ${library})
  list(APPEND _codecs_required ImageCodecs_${name}_INCLUDE_DIR ImageCodecs_${name}_LIBRARY)
endmacro()
_find_codec(turbojpeg turbojpeg.h turbojpeg)
_find_codec(spng spng.h spng)
_find_codec(webp webp/decode.h webp)
_find_codec(webpdemux webp/demux.h webpdemux)
_find_codec(tiff tiffio.h tiff)
_find_codec(exif libexif/exif-data.h exif)
_find_codec(openexr ImfInputFile.h OpenEXR)
# What OpenEXR's headers need beside it.
find_path(ImageCodecs_imath_INCLUDE_DIR half.h PATH_SUFFIXES Imath)
find_library(ImageCodecs_imath_LIBRARY Imath)
find_library(ImageCodecs_iex_LIBRARY Iex)
list(APPEND _codecs_required ImageCodecs_imath_INCLUDE_DIR ImageCodecs_imath_LIBRARY ImageCodecs_iex_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ImageCodecs REQUIRED_VARS ${_codecs_required})

if(ImageCodecs_FOUND)
  foreach(name ${_codecs})
    if(NOT TARGET codecs::${name})
      add_library(codecs::${name} UNKNOWN IMPORTED)
      set_target_properties(codecs::${name} PROPERTIES
        IMPORTED_LOCATION ${ImageCodecs_${name}_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${ImageCodecs_${name}_INCLUDE_DIR})
    endif()
  endforeach()
  set_property(TARGET codecs::openexr APPEND PROPERTY
    INTERFACE_INCLUDE_DIRECTORIES ${ImageCodecs_imath_INCLUDE_DIR})
  set_property(TARGET codecs::openexr PROPERTY
    INTERFACE_LINK_LIBRARIES ${ImageCodecs_iex_LIBRARY} ${ImageCodecs_imath_LIBRARY})
endif()
